using OpenAIStream.Loopback;
using OpenAIStream.Tests.Streaming;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;
using static OpenAIStream.Tests.WebSockets.SocketSetup;

namespace OpenAIStream.Tests.WebSockets;

/// <summary>Input for a response that is being generated.</summary>
public class SteeringTests
{
    private const string Accepted = """{"type":"response.steer.accepted","sequence_number":2,"steer":{"id":"steer_1","previous_response_id":"resp_1"}}""";
    private const string Failed = """{"type":"response.steer.failed","sequence_number":3,"error":{"type":"invalid_request_error","code":"steering_not_supported","message":"m"},"steer":{"previous_response_id":"resp_1","input":"shorter"}}""";
    private const string Pending = """{"type":"response.steer.pending","sequence_number":4,"reason":"waiting_for_required_input","required_input":[{"type":"function_call_output","call_id":"c"}],"steer":{"id":"steer_1","previous_response_id":"resp_1"}}""";
    private const string Steered = """{"type":"response.incomplete","sequence_number":3,"response":{"id":"resp_1","object":"response","status":"incomplete","incomplete_details":{"reason":"steered"},"output":[]}}""";

    [Theory]
    [InlineData(Steered)]
    [InlineData(Completed)]
    public async Task The_successor_continues_in_the_same_stream(string end)
    {
        await using var server = await LoopbackServer.StartAsync();
        string[] successor = Of("resp_2", "Short.");
        server.Enqueue(Reply.Sse(Created, Said).WaitFor("steered").Send(Events([Accepted, end, .. successor])));
        using var client = SocketClient(server);
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        var (events, error) = await SteerAsync(server, stream);

        Assert.Null(error);
        Assert.Equal("""{"type":"response.steer","previous_response_id":"resp_1","input":"shorter"}""", server.Requests[1].Body);
        Assert.Equal("steer_1", events.OfType<ResponseSteerEvent>().Single().Steer!["id"]);
        Assert.Equal("resp_2", ((ResponseLifecycleEvent)events[^1]).Response!.Id);
        Assert.True(stream.IsComplete);
        var joined = new ResponseAccumulator();
        events.ForEach(joined.Add);
        Assert.Equal(("resp_2", "Short."), (joined.Whole.Id, joined.Whole.Text));

        await client.Responses.CreateAsync(Question, null, TestStop);
        Assert.Equal(1, server.SocketCount);
    }

    [Fact]
    public async Task Steering_that_fails_is_an_event_and_the_response_goes_on()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(Created, Said).WaitFor("steered").Send(Events([Failed, Completed])));
        using var client = SocketClient(server);
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        var (events, error) = await SteerAsync(server, stream);
        Assert.Null(error);
        Assert.Equal("steering_not_supported", events.OfType<ResponseSteerEvent>().Single().Error!["code"]);
        Assert.True(stream.IsComplete);
    }

    [Fact]
    public async Task Steering_that_is_too_late_fails_after_the_response_s_end()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(Created, Said).WaitFor("steered").Send(Events([Completed, Failed])));
        using var client = SocketClient(server);
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        var (events, error) = await SteerAsync(server, stream);
        Assert.Null(error);
        Assert.IsType<ResponseSteerEvent>(events[^1]);
        Assert.True(stream.IsComplete);
    }

    [Fact]
    public async Task Steering_that_needs_tool_results_ends_the_stream_and_says_which()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(Created, Said).WaitFor("steered").Send(Events([Accepted, Completed, Pending])));
        using var client = SocketClient(server);
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        var (events, error) = await SteerAsync(server, stream);
        Assert.Null(error);
        var pending = Assert.IsType<ResponseSteerEvent>(events[^1]);
        Assert.Equal(("waiting_for_required_input", "c"), (pending.Reason, pending.RequiredInput.Single()["call_id"]));
    }

    [Fact]
    public async Task A_socket_that_breaks_before_the_successor_starts_is_a_cut()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(Created, Said).WaitFor("steered").Send(Events([Accepted, Steered])).Close(1011));
        using var client = SocketClient(server);
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        var (_, error) = await SteerAsync(server, stream);
        Assert.IsType<StreamEndedEarlyException>(error);
    }

    [Fact]
    public async Task The_error_says_why_a_response_cannot_be_steered()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Whole;
        using var http = Client(server.Http1);
        using var overHttp = await http.Responses.CreateStreamingAsync(Question, null, TestStop);
        var unknown = await Assert.ThrowsAsync<NotSupportedException>(() => overHttp.SteerAsync("x", TestStop));
        Assert.Contains("WebSocket", unknown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => SseStream.Steer(null!, "x", TestStop));

        using var client = SocketClient(server);
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        var tooEarly = await Assert.ThrowsAsync<InvalidOperationException>(() => stream.SteerAsync("x", TestStop));
        Assert.Contains("has not started", tooEarly.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => stream.Steer(null!, TestStop));
        await stream.ReadAsync();
        var tooLate = Assert.Throws<InvalidOperationException>(() => stream.Steer("x", TestStop));
        Assert.Equal("The response has ended.", tooLate.Message);
    }

    [Fact]
    public async Task Input_that_was_not_sent_leaves_the_stream_as_it_was()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Whole.Close(1000);
        using var client = SocketClient(server);
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        Assert.True(await stream.MoveNextAsync());
        await Until(() => server.CloseCode == 1000, "the client has received all, and answered the close");
        await Assert.ThrowsAsync<InvalidOperationException>(() => stream.SteerAsync("x", TestStop));
        Assert.Null((await stream.ReadAsync()).Error);
        Assert.True(stream.IsComplete);
    }

    [Fact]
    public async Task Input_that_was_canceled_before_it_was_sent_leaves_the_socket_as_it_was()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(Created, Said).WaitFor("canceled").Send(Events([Completed])));
        server.Default = Whole;
        using var client = SocketClient(server);
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        Assert.True(await stream.MoveNextAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.SteerAsync("x", new CancellationToken(true)));
        server.Signal("canceled");
        Assert.Null((await stream.ReadAsync()).Error);
        Assert.Equal(StreamEnd.Finished, stream.End);
        await client.Responses.CreateAsync(Question, null, TestStop);
        Assert.Equal((1, 2), (server.SocketCount, server.Requests.Count));
    }

    /// <summary>The steer waits until the large request of another lane has been sent, and the response ends meanwhile.</summary>
    [Fact]
    public async Task Input_that_is_canceled_before_it_is_sent_leaves_a_response_that_ends_meanwhile_complete()
    {
        static string InLane(string payload) => payload.Insert(1, "\"stream_id\":\"lane-1\",");
        using var server = new DeafServer(sockets: 2);
        using var stop = new CancellationTokenSource();
        using var client = Client(server.Address, static options => options.Transport = TransportKind.WebSocket);
        var opening = client.Responses.CreateStreamingAsync(Question, null, TestStop);
        await server.SendAsync(Created);
        using var stream = await opening;
        Assert.True(await stream.MoveNextAsync());
        opening = client.Responses.CreateStreamingAsync(Question, null, TestStop); // finds out that there are lanes
        await server.SendAsync(InLane(Created), socket: 1);
        using var second = await opening;
        var large = Question;
        large["padding"] = new string('x', 32 << 20);
        var sending = client.Responses.CreateStreamingAsync(large, null, stop.Token);
        await server.PressedAsync();

        var steering = stream.SteerAsync("shorter", stop.Token);
        Assert.False(steering.IsCompleted);
        await server.SendAsync(Completed);
        Assert.True(await stream.MoveNextAsync());
        var end = stream.MoveNextAsync();
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => steering);
        Assert.False(await end);
        Assert.True(stream.IsComplete);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    private static async Task<(List<ResponseEvent> Events, Exception? Error)> SteerAsync(LoopbackServer server, SseStream<ResponseEvent> stream)
    {
        var events = new List<ResponseEvent>();
        for (int i = 0; i < 2; i++)
        {
            Assert.True(await stream.MoveNextAsync());
            events.Add(stream.Current);
        }

        await stream.SteerAsync("shorter", TestStop);
        await server.WaitForRequest(1, TimeSpan.FromSeconds(5));
        server.Default = Whole;
        server.Signal("steered");
        var rest = await stream.ReadAsync();
        events.AddRange(rest.Chunks);
        return (events, rest.Error);
    }

    private static string Events(string[] payloads) => string.Concat(payloads.Select(payload => $"data: {payload}\n\n"));
}
