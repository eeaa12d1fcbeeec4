using OpenAIStream.Loopback;
using OpenAIStream.Tests.Http;
using OpenAIStream.Tests.Streaming;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;
using static OpenAIStream.Tests.WebSockets.SocketSetup;

namespace OpenAIStream.Tests.WebSockets;

/// <summary>Large frames, slow readers, old sockets.</summary>
public class SocketLoadTests
{
    [Fact]
    public async Task A_frame_of_64_MB_arrives_complete()
    {
        await using var server = await LoopbackServer.StartAsync();
        string text = new('x', 64 << 20);
        server.Default = Reply.Sse(Created, Said.Replace("Hello", text, StringComparison.Ordinal), Completed);
        using var client = SocketClient(server);
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        var read = await stream.ReadAsync();
        Assert.Null(read.Error);
        Assert.Equal(64 << 20, ((ResponseTextDeltaEvent)read.Chunks[1]).Delta!.Length);
    }

    [Fact]
    public async Task A_request_of_20_MB_arrives_complete_and_pings_are_answered_meanwhile()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Whole;
        using var client = SocketClient(server);
        var request = Question;
        request.Input = new string('ä', 10 << 20);
        await client.Responses.CreateAsync(request, null, TestStop);
        Assert.Equal(request.Input, JsonModel.FromJson<JsonMap>(server.Requests[0].Body)["input"]);
    }

    [Fact]
    public async Task A_stream_that_is_not_read_stops_flowing()
    {
        await using var server = await LoopbackServer.StartAsync();
        string large = Said.Replace("Hello", new string('x', 64_000), StringComparison.Ordinal);
        server.Default = Reply.Sse([Created, .. Enumerable.Repeat(large, 1500), Completed]); // 96 MB
        using var client = SocketClient(server);
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        long sent = -1;
        while (sent != server.Requests[0].BytesSent)
        {
            sent = server.Requests[0].BytesSent;
            await Task.Delay(300, TestStop);
        }

        const long Buffers = 20 << 20; // the operating system's own buffers, and a megabyte of ours
        Assert.InRange(sent, 1, Buffers);
        long read = 0;
        long mostAhead = 0;
        while (await stream.MoveNextAsync())
        {
            mostAhead = Math.Max(mostAhead, server.Requests[0].BytesSent - (read * large.Length));
            read++;
        }

        Assert.Equal(1502, read);
        Assert.InRange(mostAhead, 1, Buffers);
    }

    [Fact]
    public async Task A_socket_is_replaced_before_it_is_an_hour_old_but_not_during_a_response()
    {
        await using var server = await LoopbackServer.StartAsync();
        var clock = new RetryClock();
        using var client = SocketClient(server, options => options.TimeProvider = clock);
        server.Default = Whole;
        await client.Responses.CreateAsync(Question, null, TestStop);
        clock.Advance(TimeSpan.FromMinutes(54));
        await client.Responses.CreateAsync(Question, null, TestStop);
        Assert.Equal(1, server.SocketCount);

        server.Default = Reply.Sse(Created).WaitFor("go").Send($"data: {Completed}\n\n");
        using var stream = await client.Responses.CreateStreamingAsync(Question, new RequestOptions { OperationTimeout = Timeout.InfiniteTimeSpan }, TestStop);
        clock.Advance(TimeSpan.FromMinutes(2));
        server.Default = Whole;
        await client.Responses.CreateAsync(Question, null, TestStop);
        Assert.Equal(2, server.SocketCount);
        server.Signal("go");
        Assert.Null((await stream.ReadAsync()).Error);
        await Until(() => server.CloseCode == 1000, "the old socket was closed in order");
    }

    [Theory]
    [InlineData("http", "api.example.test:80")]
#if !NETSTANDARD_BUILD
    [InlineData("socks5", "name api.example.test:80")]
#endif
    public async Task A_socket_goes_through_the_proxy(string scheme, string asked)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Whole;
        using var proxy = new TestProxy(server.Http1);
        using var client = Client(new Uri("http://api.example.test/"), options =>
            (options.Transport, options.Proxy) = (TransportKind.WebSocket, new System.Net.WebProxy($"{scheme}://127.0.0.1:{proxy.Port}")));
        await client.Responses.CreateAsync(Question, null, TestStop);
        Assert.Equal(asked, Assert.Single(proxy.Asked));
        Assert.Equal("WebSocket", server.Requests[0].Protocol);
    }
}
