using System.Text;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;
using static OpenAIStream.Tests.WebSockets.SocketSetup;

namespace OpenAIStream.Tests.WebSockets;

/// <summary>Tool rounds over a socket: each sends only what is new, and the service gets the rest when it has lost it.</summary>
public class SocketLoopTests
{
    private const int Rounds = 20;
    private const string Lost = """{"error":{"type":"invalid_request_error","code":"previous_response_not_found","message":"gone","param":"previous_response_id"}}""";

    private static readonly string Page = new('p', 2000); // the output of a tool

    [Fact]
    public async Task Twenty_rounds_send_less_than_a_tenth_of_the_bytes_over_HTTP()
    {
        long http = await RunAsync(TransportKind.Http, isStored: false);
        long socket = await RunAsync(TransportKind.WebSocket, isStored: false);
        TestContext.Current.TestOutputHelper?.WriteLine($"HTTP {http} bytes, WebSocket {socket} bytes: {100.0 * socket / http:0.0} %");
        Assert.True(socket * 10 < http, $"HTTP {http} bytes, WebSocket {socket} bytes");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_round_continues_the_one_before_on_the_same_socket(bool isStored)
    {
        await using var server = await LoopbackServer.StartAsync();
        using var client = SocketClient(server);
        await LoopAsync(client, server, isStored);

        Assert.Equal(1, server.SocketCount);
        for (int round = 1; round <= Rounds; round++)
        {
            var frame = JsonModel.FromJson<ResponseRequest>(server.Requests[round].Body);
            Assert.Equal($"resp_{round - 1}", frame.PreviousResponseId);
            Assert.Equal("function_call_output", Assert.Single((object?[])frame.Input!) is JsonModel only ? only["type"] : null);
        }
    }

    [Theory]
    [InlineData(TransportKind.Http, true)]
    [InlineData(TransportKind.WebSocket, true)]
    [InlineData(TransportKind.WebSocket, false)]
    public async Task Items_that_the_service_has_lost_are_sent_again(TransportKind transport, bool isStored)
    {
        await using var server = await LoopbackServer.StartAsync();
        using var client = Client(server.Http1, options => options.Transport = transport);
        var (request, loop) = Begin(isStored);
        server.Enqueue(Reply.Sse(Round(0)), Reply.Sse(Round(1)), Reply.Json(400, Lost), Reply.Sse(Of("resp_2", "done")));
        Response? answer = null;
        for (var next = request; next is not null; next = loop.Next(next, answer))
        {
            using var stream = await client.Responses.CreateStreamingAsync(next, null, TestStop);
            answer = await JoinAsync(stream);
        }

        Assert.Equal("done", answer!.Text);
        var healed = JsonModel.FromJson<ResponseRequest>(server.Requests[3].Body);
        Assert.Null(healed.PreviousResponseId);
        Assert.Equal(["user", "reasoning", "function_call", "function_call_output", "reasoning", "function_call", "function_call_output"], ((object?[])healed.Input!).Cast<JsonModel>().Select(item => item["type"] ?? item["role"]));
        Assert.Equal(4, server.Requests.Count);
    }

    [Theory]
    [InlineData(TransportKind.Http)]
    [InlineData(TransportKind.WebSocket)]
    public async Task A_response_that_is_named_and_lost_is_made_up_for_where_the_conversation_is_at_hand(TransportKind transport)
    {
        await using var server = await LoopbackServer.StartAsync();
        using var client = Client(server.Http1, options => options.Transport = transport);
        server.Enqueue(Reply.Json(400, Lost), Reply.Sse(Of("resp_2")));
        var (request, loop) = Begin(isStored: true);
        (request.PreviousResponseId, request.WholeInput) = ("resp_0", ["one", "two", "three"]);
        var answer = await client.Responses.CreateAsync(request, null, TestStop);

        Assert.Equal("resp_2", answer.Id);
        Assert.DoesNotContain("three", server.Requests[0].Body, StringComparison.Ordinal);
        Assert.Contains("\"input\":[\"one\",\"two\",\"three\"]", server.Requests[1].Body, StringComparison.Ordinal);
        Assert.DoesNotContain("resp_0", server.Requests[1].Body, StringComparison.Ordinal);

        // The rounds of tools go on from what was at hand.
        server.Enqueue(Reply.Sse(Round(0)), Reply.Json(400, Lost), Reply.Sse(Of("resp_3")));
        var next = loop.Next(request, await client.Responses.CreateAsync(request, null, TestStop))!;
        await client.Responses.CreateAsync(next, null, TestStop);
        var healed = JsonModel.FromJson<ResponseRequest>(server.Requests[^1].Body);
        Assert.Equal(["one", "two", "three"], ((object?[])healed.Input!).Take(3));
        Assert.Null(healed.PreviousResponseId);
    }

    [Fact]
    public async Task A_response_that_is_named_and_lost_is_an_error_where_nothing_else_is_known()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var client = SocketClient(server);
        server.Default = Reply.Json(400, Lost);
        var lost = await Assert.ThrowsAsync<BadRequestException>(() => client.Responses.CreateAsync(new ResponseRequest { Model = "m", Input = "hi", PreviousResponseId = "resp_0" }, null, TestStop));
        Assert.Equal("previous_response_not_found", lost.Code);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task The_next_socket_gets_what_only_the_last_one_knew()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var client = SocketClient(server);
        var (request, loop) = Begin(isStored: false);
        server.Enqueue(Reply.Sse(Round(0)).Close(1001), Reply.Sse(Of("resp_1", "done")));
        var answer = await client.Responses.CreateAsync(request, null, TestStop);
        await Task.Delay(50, TestStop); // until the client knows about the end
        answer = await client.Responses.CreateAsync(loop.Next(request, answer)!, null, TestStop);

        Assert.Equal("done", answer.Text);
        Assert.Equal(2, server.Requests.Count);
        Assert.Null(JsonModel.FromJson<ResponseRequest>(server.Requests[1].Body).PreviousResponseId);
    }

    [Fact]
    public async Task Input_that_the_caller_replaced_is_sent()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var client = SocketClient(server);
        var (request, loop) = Begin(isStored: false);
        server.Enqueue(Reply.Sse(Round(0)), Whole);
        var next = loop.Next(request, await client.Responses.CreateAsync(request, null, TestStop))!;
        next.Input = "something else";
        await client.Responses.CreateAsync(next, null, TestStop);
        Assert.Contains("\"input\":\"something else\"", server.Requests[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_is_warmed_up_without_output()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var client = SocketClient(server);
        server.Enqueue(Reply.Json(200, """{"id":"resp_w","object":"response","status":"completed","output":[]}"""), Whole);
        var warm = await client.Responses.WarmUpAsync(new ResponseRequest { Model = "m", Instructions = "long", Input = "" }, null, TestStop);
        await client.Responses.CreateAsync(new ResponseRequest { Model = "m", Input = "hi", PreviousResponseId = warm.Id }, null, TestStop);

        Assert.Equal("""{"type":"response.create","model":"m","instructions":"long","input":"","generate":false}""", server.Requests[0].Body);
        Assert.Contains("\"previous_response_id\":\"resp_w\"", server.Requests[1].Body, StringComparison.Ordinal);
        Assert.Equal(1, server.SocketCount);
    }

    [Fact]
    public async Task Warming_up_needs_a_socket()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var http = Client(server.Http1);
        await Assert.ThrowsAsync<ApiConfigurationException>(() => http.Responses.WarmUpAsync(Question, null, TestStop));
        server.Sockets = SocketSupport.None;
        using var auto = Client(server.Http1, options => options.Transport = TransportKind.Auto);
        var error = await Assert.ThrowsAsync<ApiConnectionException>(() => auto.Responses.WarmUpAsync(Question, null, TestStop));
        Assert.Contains("does not support WebSockets", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    private static async Task<long> RunAsync(TransportKind transport, bool isStored)
    {
        await using var server = await LoopbackServer.StartAsync();
        using var client = Client(server.Http1, options => options.Transport = transport);
        await LoopAsync(client, server, isStored);
        Assert.Equal(Rounds + 1, server.Requests.Count);
        return server.Requests.Sum(request => (long)Encoding.UTF8.GetByteCount(request.Body)); // without HTTP's headers
    }

    private static async Task LoopAsync(OpenAIClient client, LoopbackServer server, bool isStored)
    {
        for (int round = 0; round < Rounds; round++)
        {
            server.Enqueue(Reply.Sse(Round(round)));
        }

        server.Enqueue(Reply.Sse(Of($"resp_{Rounds}", "done")));
        var (request, loop) = Begin(isStored);
        Response? answer = null;
        for (var next = request; next is not null; next = loop.Next(next, answer))
        {
            answer = await client.Responses.CreateAsync(next, null, TestStop);
        }

        Assert.Equal("done", answer!.Text);
    }

    private static (ResponseRequest Request, ToolLoop Loop) Begin(bool isStored)
    {
        var tool = JsonModel.FromJson<JsonMap>("""{"type":"function","name":"read","parameters":{"type":"object","properties":{"page":{"type":"integer"}}}}""");
        var request = new ResponseRequest { Model = "m", Input = "Read all pages.", Tools = [tool], Store = isStored ? null : false };
        return (request, new ToolLoop((_, _) => Page) { MaximumRounds = Rounds });
    }

    /// <summary>An answer that calls the tool, with the reasoning that a service without storage needs back.</summary>
    private static string[] Round(int round)
    {
        string call = $$"""{"type":"function_call","id":"fc_{{round}}","call_id":"call_{{round}}","name":"read","arguments":"{\"page\":{{round}} }","status":"completed"}""";
        string reasoning = $$"""{"type":"reasoning","id":"rs_{{round}}","summary":[],"encrypted_content":"{{new string('e', 1200)}}"}""";
        string id = $"resp_{round}";
        return
        [
            Created.Replace("resp_1", id, StringComparison.Ordinal),
            $$$"""{"type":"response.output_item.done","output_index":0,"item":{{{call}}}}""",
            $$$"""{"type":"response.completed","response":{"id":"{{{id}}}","object":"response","status":"completed","output":[{{{reasoning}}},{{{call}}}]}}""",
        ];
    }

    private static async Task<Response> JoinAsync(SseStream<ResponseEvent> stream)
    {
        var joined = new ResponseAccumulator();
        while (await stream.MoveNextAsync())
        {
            joined.Add(stream.Current);
        }

        return joined.Whole;
    }
}
