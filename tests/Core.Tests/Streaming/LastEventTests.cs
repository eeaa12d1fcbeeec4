using Microsoft.Extensions.Time.Testing;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>Last events before a silent server, text instead of errors, and responses that cannot be resumed.</summary>
public class LastEventTests
{
    [Theory]
    [InlineData("event: thread.run.completed\ndata: {\"id\":\"run_1\"}\n\nevent: done\ndata: {}\n\n")]
    [InlineData("event: done\ndata: {}\n\n: still here\n\n")]
    public async Task An_assistants_stream_ends_with_the_event_done(string events)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", "text/event-stream").Send(events).Stall();
        using var client = Client(server.Http1);
        using var stream = await client.Assistants.CreateStreamingAsync(new ThreadRunRequest { ThreadId = "t", AssistantId = "a" }, cancellationToken: TestStop);
        while (await stream.MoveNextAsync())
        {
            Assert.Equal("thread.run.completed", stream.Current.Event);
        }

        Assert.Equal(StreamEnd.Silence, stream.End);
    }

    [Theory]
    [InlineData("response.output_text.delta", "a")]
    [InlineData("response.refusal.delta", "a")]
    [InlineData("response.audio.transcript.delta", "a")]
    [InlineData("response.function_call_arguments.delta", null)]
    public async Task The_readable_text_of_a_response_is_in_the_error(string type, string? text)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse($$"""{"type":"{{type}}","delta":"a"}""");
        using var client = Client(server.Http1);
        using var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Input = "hi" }, cancellationToken: TestStop);
        Assert.True(await stream.MoveNextAsync());
        var error = await Assert.ThrowsAsync<StreamEndedEarlyException>(async () => await stream.MoveNextAsync());
        Assert.Equal(text, error.PartialText);
    }

    [Fact]
    public async Task A_background_response_that_breaks_before_its_id_is_known_is_not_resumed()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse().Flush().Cut();
        using var client = Client(server.Http1);
        using var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Input = "hi", Background = true }, cancellationToken: TestStop);
        await Assert.ThrowsAsync<StreamEndedEarlyException>(async () => await stream.MoveNextAsync());
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(true, "The client was disposed during the call.")]
    [InlineData(false, "The stream was disposed while it was being read.")]
    public async Task A_read_ended_by_Dispose_names_the_disposed_object(bool ofClient, string message)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello).Stall();
        var client = Client(server.Http1);
        var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        Assert.True(await stream.MoveNextAsync());
        var waiting = stream.MoveNextAsync().AsTask();
        (ofClient ? (IDisposable)client : stream).Dispose();
        Assert.StartsWith(message, (await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting)).Message);
        client.Dispose();
    }

    [Fact]
    public async Task Time_that_the_reader_takes_is_not_silence_of_the_server()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello).Flush().WaitFor("go").Send($"data: {Http.Setup.Stop}\n\ndata: [DONE]\n\n");
        var clock = new FakeTimeProvider();
        using var client = Client(server.Http1, options =>
        {
            options.TimeProvider = clock;
            options.ConnectionTimeout = Timeout.InfiniteTimeSpan;
            options.OperationTimeout = TimeSpan.FromSeconds(10);
        });
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        Assert.True(await stream.MoveNextAsync());
        clock.Advance(TimeSpan.FromHours(1));
        server.Signal("go");
        Assert.True(await stream.MoveNextAsync());
        Assert.False(await stream.MoveNextAsync());
        Assert.True(stream.IsComplete);
    }
}
