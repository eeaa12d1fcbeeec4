#if !NETSTANDARD_BUILD // whose ClientWebSocket waits for no answer to a ping
using OpenAIStream.Loopback;
using OpenAIStream.Tests.Http;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;
using static OpenAIStream.Tests.WebSockets.SocketSetup;

namespace OpenAIStream.Tests.WebSockets;

/// <summary>A socket that was cut without a word is noticed, in idle and while a response is written; one that is merely silent is kept.</summary>
public class SocketPulseTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task An_idle_socket_that_answers_no_ping_is_replaced_and_no_request_is_lost()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Whole;
        server.AnswersPings = false;
        var clock = new RetryClock();
        using var client = SocketClient(server, options => options.TimeProvider = clock);
        await client.Responses.CreateAsync(Question, null, TestStop);
        await clock.AdvanceUntilAsync(Until(() => server.OpenConnections == 0, "the socket was closed"), TimeSpan.FromSeconds(61));
        Assert.Equal(1, server.PingCount);

        await client.Responses.CreateAsync(Question, null, TestStop);
        Assert.Equal((2, 2), (server.SocketCount, server.Requests.Count));
    }

    [Fact]
    public async Task A_response_on_a_dead_connection_ends_before_the_operation_timeout_and_is_not_asked_again()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Created, Said).Stall();
        server.AnswersPings = false;
        var clock = new RetryClock();
        using var client = SocketClient(server, options => (options.TimeProvider, options.OperationTimeout) = (clock, TimeSpan.FromHours(1)));
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        Assert.True(await stream.MoveNextAsync());
        Assert.True(await stream.MoveNextAsync());
        var reading = stream.MoveNextAsync().AsTask();
        await clock.AdvanceUntilAsync(reading, TimeSpan.FromSeconds(61));

        var cut = await Assert.ThrowsAsync<StreamEndedEarlyException>(() => reading);
        Assert.Contains("did not answer a ping within 60 s", cut.Message, StringComparison.Ordinal);
        Assert.Equal("Hello", cut.PartialText);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_silent_server_that_answers_pings_is_waited_for()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Created).WaitFor("end").Send($"data: {Completed}\n\n");
        var clock = new RetryClock();
        using var client = SocketClient(server, options => options.TimeProvider = clock);
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        Assert.True(await stream.MoveNextAsync());
        var reading = stream.MoveNextAsync().AsTask();
        for (int pings = 1; pings <= 3; pings++)
        {
            while (server.PingCount < pings)
            {
                clock.Advance(TimeSpan.FromSeconds(20));
                await Task.Delay(20, TestStop); // the answer comes over a real connection
            }
        }

        server.Signal("end");
        Assert.True(await reading.WaitAsync(Soon, TestStop));
        Assert.Equal(1, server.SocketCount);
    }

    [Fact]
    public async Task A_server_whose_events_nobody_reads_is_not_taken_for_gone()
    {
        await using var server = await LoopbackServer.StartAsync();
        string large = $$"""{"type":"response.output_text.delta","sequence_number":1,"delta":"{{new string('x', 100_000)}}"}""";
        server.Default = Reply.Sse([Created, .. Enumerable.Repeat(large, 100), Completed]);
        var clock = new RetryClock();
        using var client = SocketClient(server, options => options.TimeProvider = clock);
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        Assert.True(await stream.MoveNextAsync());
        for (int i = 0; i < 10; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(61));
            await Task.Delay(20, TestStop);
        }

        int events = 1;
        while (await stream.MoveNextAsync())
        {
            events++;
        }

        Assert.Equal((102, true), (events, stream.IsComplete));
    }
}
#endif
