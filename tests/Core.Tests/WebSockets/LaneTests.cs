using OpenAIStream.Loopback;
using OpenAIStream.Tests.Streaming;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;
using static OpenAIStream.Tests.WebSockets.SocketSetup;

namespace OpenAIStream.Tests.WebSockets;

/// <summary>Several responses at once: on lanes of one socket if the server supports them, otherwise on several sockets.</summary>
public class LaneTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(SocketSupport.Lanes, 2)] // the second one checked for lanes, and needed its own socket for that
    [InlineData(SocketSupport.NoLanes, 10)]
    [InlineData(SocketSupport.LanesRefused, 11)]
    public async Task Concurrent_responses_share_a_socket_if_the_server_supports_lanes(SocketSupport support, int mostSockets)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Sockets = support;
        using var client = SocketClient(server);
        await OnceAsync(client, server);
        for (int i = 0; i < 10; i++)
        {
            string[] events = Of($"resp_{i}", $"text {i}");
            server.Enqueue(Reply.Sse(events[0]).WaitFor("go").Send($"data: {events[1]}\n\n").Send($"data: {events[2]}\n\n"));
        }

        server.Default = Whole; // for the reply that the refused request gets
        int refused = support == SocketSupport.LanesRefused ? 1 : 0;
        var asked = Enumerable.Range(0, 10).Select(_ => client.Responses.CreateAsync(Question, null, TestStop)).ToArray();
        await server.WaitForRequest(8 + refused, Soon);
        for (int i = 0; i < 10; i++)
        {
            server.Signal("go");
        }

        var answers = await Task.WhenAll(asked).WaitAsync(Soon, TestStop);
        Assert.Equal(10, answers.Length);
        Assert.All(answers, answer => Assert.Equal(answer.Id == "resp_1" && answer.Text == "Hello" ? "Hello" : $"text {answer.Id![5..]}", answer.Text));
        Assert.InRange(server.SocketCount, 1, mostSockets);
        Assert.Equal(support == SocketSupport.Lanes, server.SocketCount <= 2);
    }

    [Fact]
    public async Task No_socket_has_more_than_sixteen_responses_at_a_time()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var client = SocketClient(server);
        server.Default = Reply.Sse(Created).WaitFor("go").Send($"data: {Completed}\n\n");
        var asked = Enumerable.Range(0, 40).Select(_ => client.Responses.CreateAsync(Question, null, TestStop)).ToArray();
        await server.WaitForRequest(39, Soon);
        Assert.All(server.Requests.GroupBy(request => request.ConnectionId), one => Assert.InRange(one.Count(), 1, 16));
        Assert.InRange(server.SocketCount, 3, 4);
        for (int i = 0; i < 40; i++)
        {
            server.Signal("go");
        }

        await Task.WhenAll(asked).WaitAsync(Soon, TestStop);
    }

    [Fact]
    public async Task Leaving_one_stream_keeps_the_others_and_the_socket_closes_after_them()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var client = SocketClient(server);
        await KnowLanesAsync(client, server);
        server.Clear();
        server.Enqueue(Reply.Sse(Created).Stall(), Reply.Sse(Created).WaitFor("go").Send($"data: {Completed}\n\n"));
        var left = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        var other = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        bool isShared = server.Requests[0].ConnectionId == server.Requests[1].ConnectionId;
        left.Dispose();
        server.Signal("go");
        Assert.Null((await other.ReadAsync()).Error);
        Assert.True(other.IsComplete);
        if (isShared)
        {
            await server.WaitForClientGone(0, Soon);
        }
    }

    [Fact]
    public async Task An_error_in_one_leaves_the_others()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var client = SocketClient(server);
        await KnowLanesAsync(client, server);
        server.Clear();
        server.Enqueue(Reply.Sse(Created).WaitFor("go").Send($"data: {Completed}\n\n"), Reply.Json(400, """{"error":{"code":"c","message":"m"}}"""));
        var good = client.Responses.CreateAsync(Question, null, TestStop);
        await server.WaitForRequest(0, Soon);
        await Assert.ThrowsAsync<BadRequestException>(() => client.Responses.CreateAsync(Question, null, TestStop));
        server.Signal("go");
        Assert.Equal("resp_1", (await good).Id);
    }

    [Fact]
    public async Task A_slow_reader_does_not_delay_the_others()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var client = SocketClient(server);
        await KnowLanesAsync(client, server);
        server.Clear();
        string large = Said.Replace("Hello", new string('x', 100_000), StringComparison.Ordinal);
        server.Default = Reply.Sse([Created, .. Enumerable.Repeat(large, 60), Completed]);
        var unread = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        for (int i = 0; i < 3; i++)
        {
            Assert.NotEmpty((await client.Responses.CreateAsync(Question, null, TestStop).WaitAsync(Soon, TestStop)).Text);
        }

        Assert.Equal(62, (await unread.ReadAsync()).Chunks.Count);
    }

    /// <summary>Lets the client detect that the server supports lanes.</summary>
    private static async Task KnowLanesAsync(OpenAIClient client, LoopbackServer server)
    {
        server.Default = Reply.Sse(Created).WaitFor("go").Send($"data: {Completed}\n\n");
        var asked = new[] { client.Responses.CreateAsync(Question, null, TestStop), client.Responses.CreateAsync(Question, null, TestStop) };
        await server.WaitForRequest(1, Soon);
        server.Signal("go");
        server.Signal("go");
        await Task.WhenAll(asked).WaitAsync(Soon, TestStop);
    }

    private static async Task OnceAsync(OpenAIClient client, LoopbackServer server)
    {
        server.Default = Whole;
        await client.Responses.CreateAsync(Question, null, TestStop);
        server.Clear();
    }
}
