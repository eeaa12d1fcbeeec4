using OpenAIStream.Loopback;
using OpenAIStream.Tests.Streaming;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;
using static OpenAIStream.Tests.WebSockets.SocketSetup;

namespace OpenAIStream.Tests.WebSockets;

/// <summary>Responses over a socket: what is sent, what arrives, and what stays open.</summary>
public class SocketTests
{
    public static TheoryData<string> Recordings => [.. Captures.Files("responses")];

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Each_recorded_stream_gives_the_same_events_and_end_as_over_HTTP(string recording)
    {
        await using var server = await LoopbackServer.StartAsync();
        using var http = Client(server.Http1);
        using var socket = SocketClient(server);
        foreach (string[] events in Recorded.Responses(recording))
        {
            server.Default = Reply.Sse(events);
            await CompareAsync(http, socket);
            Assert.Equal("WebSocket", server.Requests[^1].Protocol);
        }

        Assert.Equal(1, server.SocketCount);
    }

    private static async Task CompareAsync(OpenAIClient http, OpenAIClient socket)
    {
        var expected = await (await http.Responses.CreateStreamingAsync(Question, null, TestStop)).ReadAsync();
        var seen = await (await socket.Responses.CreateStreamingAsync(Question, null, TestStop)).ReadAsync();

        Assert.Equal(expected.Chunks.Select(chunk => $"{chunk.GetType().Name} {chunk.ToJson()}"), seen.Chunks.Select(chunk => $"{chunk.GetType().Name} {chunk.ToJson()}"));
        Assert.Equal(expected.Error?.GetType(), seen.Error?.GetType());
        Assert.Equal(Joined(expected.Chunks), Joined(seen.Chunks));
    }

    [Fact]
    public async Task A_request_is_a_frame_with_the_body_and_without_HTTP_fields()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Whole;
        using var client = SocketClient(server, options => options.Organization = "org-1");
        await using (var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Model = "m", Input = "two\nlines", Temperature = 0.5 }, null, TestStop))
        {
            await stream.ReadAsync();
        }

        Assert.Equal("""{"type":"response.create","model":"m","input":"two\nlines","temperature":0.5}""", server.Requests[0].Body);
        Assert.Equal($"Bearer {Key}", server.SocketHeaders["Authorization"]);
        Assert.Equal("org-1", server.SocketHeaders["OpenAI-Organization"]);
        Assert.False(server.SocketHeaders.ContainsKey("Accept"));
        Assert.False(server.SocketHeaders.ContainsKey("Sec-WebSocket-Extensions"));
    }

    [Fact]
    public async Task Successive_responses_streamed_or_whole_share_a_socket()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Whole;
        using var client = SocketClient(server);
        for (int i = 0; i < 5; i++)
        {
            await using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
            Assert.Equal(3, (await stream.ReadAsync()).Chunks.Count);
            Assert.True(stream.IsComplete);
            Assert.Equal("Hello", (await client.Responses.CreateAsync(Question, null, TestStop)).Text);
            Assert.Equal("Hello", client.Responses.Create(Question, null, TestStop).Text);
        }

        Assert.Equal(15, server.Requests.Count);
        Assert.Equal(1, server.SocketCount);
    }

    [Fact]
    public async Task A_whole_response_is_the_one_in_the_last_event()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"id":"resp_9","object":"response","status":"completed","model":"m","output":[{"type":"message","content":[{"type":"output_text","text":"All"}]}],"usage":{"input_tokens":3,"output_tokens":1}}""");
        using var client = SocketClient(server);
        var response = await client.Responses.CreateAsync(Question, null, TestStop);
        Assert.Equal(("resp_9", "All", 3), (response.Id, response.Text, response.Usage!.InputTokens));
    }

    [Fact]
    public async Task Requests_that_a_socket_cannot_handle_use_HTTP()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Whole;
        using var client = SocketClient(server);
        await client.Responses.CreateAsync(new ResponseRequest { Input = "hi", Background = true }, null, TestStop);
        server.Default = Reply.Json(200, """{"id":"resp_1","object":"response","status":"completed"}""");
        await client.Responses.GetAsync("resp_1", null, TestStop);

        Assert.Equal(["HTTP/1.1", "HTTP/1.1"], server.Requests.Select(request => request.Protocol));
        Assert.Equal(0, server.SocketCount);
    }

    [Theory]
    [InlineData(400, typeof(BadRequestException))]
    [InlineData(401, typeof(ApiAuthenticationException))]
    [InlineData(404, typeof(NotFoundException))]
    [InlineData(429, typeof(RateLimitException))]
    [InlineData(500, typeof(InternalServerException))]
    public async Task An_error_instead_of_an_answer_is_the_exception_of_its_HTTP_status(int status, Type expected)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(status, """{"error":{"message":"m","code":"c","type":"t","param":"p"}}""").Header("x-request-id", "req_5").Header("Retry-After", "7").Header("x-should-retry", "false");
        using var client = SocketClient(server);
        var error = Assert.IsAssignableFrom<ApiStatusException>(await Record.ExceptionAsync(() => client.Responses.CreateStreamingAsync(Question, null, TestStop)));

        Assert.Equal((expected, status, "c", "t", "p"), (error.GetType(), error.StatusCode, error.Code, error.Type, error.Param));
        Assert.Equal(("req_5", TimeSpan.FromSeconds(7)), (error.RequestId, error.RetryAfter));
        server.Default = Whole;
        await client.Responses.CreateAsync(Question, null, TestStop);
        Assert.Equal(1, server.SocketCount); // a refused request keeps the socket
    }

    [Fact]
    public async Task A_temporary_error_is_retried_as_over_HTTP()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(429, """{"error":{"message":"slow"}}""").Header("retry-after-ms", "1"), Whole);
        using var client = SocketClient(server);
        Assert.Equal("Hello", (await client.Responses.CreateAsync(Question, null, TestStop)).Text);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("""{"type":"error","code":"c","message":"m","param":"p","sequence_number":2}""")]
    [InlineData("""{"type":"error","status":500,"error":{"type":"t","code":"c","message":"m","param":"p"}}""")]
    public async Task An_error_in_the_stream_comes_after_its_events_and_keeps_the_socket(string frame)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Created, Said, frame);
        using var client = SocketClient(server);
        var read = await (await client.Responses.CreateStreamingAsync(Question, null, TestStop)).ReadAsync();

        var error = Assert.IsType<ApiException>(read.Error);
        Assert.Equal((2, "c", "p", "Hello"), (read.Chunks.Count, error.Code, error.Param, error.PartialText));
        await (await client.Responses.CreateStreamingAsync(Question, null, TestStop)).ReadAsync();
        Assert.Equal(1, server.SocketCount);
    }

    [Fact]
    public async Task A_failure_reported_twice_does_not_affect_the_next_response()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(Created, """{"type":"error","code":"c","message":"m"}""").WaitFor("next").Send("""
            data: {"type":"response.failed","response":{"id":"resp_1","object":"response","status":"failed","error":{"code":"c","message":"m"}}}


            """));
        server.Enqueue(Reply.Sse(Of("resp_2", "Good.")));
        using var client = SocketClient(server);
        await (await client.Responses.CreateStreamingAsync(Question, null, TestStop)).ReadAsync();
        var next = client.Responses.CreateAsync(Question, null, TestStop);
        await server.WaitForRequest(1, TimeSpan.FromSeconds(5));
        server.Signal("next"); // the server answers one after the other
        Assert.Equal("Good.", (await next).Text);
        Assert.Equal(1, server.SocketCount);
    }

    [Fact]
    public async Task An_error_without_a_status_is_an_error_in_the_stream()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse("""{"type":"error","code":"odd","message":"m"}""");
        using var client = SocketClient(server);
        var read = await (await client.Responses.CreateStreamingAsync(Question, null, TestStop)).ReadAsync();
        Assert.Equal("odd", Assert.IsType<ApiException>(read.Error).Code);
    }

    [Fact]
    public async Task A_socket_over_TLS_checks_the_certificate()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Whole;
        using var trusting = Client(server.Https, options => options.Transport = TransportKind.WebSocket);
        Assert.Equal("Hello", (await trusting.Responses.CreateAsync(Question, null, TestStop)).Text);
        Assert.Equal("WebSocket", server.Requests[0].Protocol);

        using var client = Client(server.Https, options => (options.Transport, options.SkipCertificateCheck) = (TransportKind.WebSocket, false));
        await Assert.ThrowsAnyAsync<ApiConnectionException>(() => client.Responses.CreateAsync(Question, new RequestOptions { MaximumRetryCount = 0 }, TestStop));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Another_key_or_another_header_uses_another_socket()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Whole;
        int asked = 0;
        using var client = SocketClient(server, options => options.Credential = ApiCredential.FromTokens(_ => Task.FromResult($"token-{asked++ / 2}")));
        await client.Responses.CreateAsync(Question, null, TestStop);
        await client.Responses.CreateAsync(Question, null, TestStop);
        string first = server.SocketHeaders["Authorization"];
        await client.Responses.CreateAsync(Question, null, TestStop);
        Assert.NotEqual(first, server.SocketHeaders["Authorization"]);
        Assert.Equal(2, server.SocketCount);
    }

    private static string Joined(IReadOnlyList<ResponseEvent> chunks)
    {
        var joined = new ResponseAccumulator();
        foreach (var chunk in chunks)
        {
            joined.Add(chunk);
        }

        return joined.Whole.ToJson();
    }
}
