using OpenAIStream.Loopback;
using OpenAIStream.Tests.Http;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Services;

/// <summary>Stored and unstored responses: streams too old to resume, and encrypted reasoning.</summary>
public class KeptResponseTests
{
    private const string Refusal = """{"error":{"message":"this response is too old to be streamed","type":"invalid_request_error","param":null,"code":null}}""";
    private const string Encrypted = "reasoning.encrypted_content";

    private static readonly string[] Begun =
    [
        """{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","status":"in_progress","background":true,"output":[]}}""",
        """{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"msg_1","type":"message","role":"assistant","content":[]}}""",
        """{"type":"response.output_text.delta","sequence_number":2,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hel"}""",
    ];

    private static string Kept(string status, string more = "") =>
        $$"""{"id":"resp_1","object":"response","status":"{{status}}","output":[{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]}]{{more}}}""";

    [Fact]
    public async Task A_stream_too_old_to_resume_is_polled_and_its_events_are_kept()
    {
        var (chunks, error, requests, joined) = await ReadAsync(
            Reply.Json(200, Kept("queued")), Reply.Json(200, "{\n \"id\": \"resp_1\",\n \"status\": \"in_progress\"\n}"), Reply.Json(200, Kept("completed")));
        Assert.Null(error);
        Assert.Equal(["response.created", "response.output_item.added", "response.output_text.delta", "response.completed"], chunks.Select(chunk => chunk.Type));
        Assert.Equal(("Hello", "completed"), (joined.Whole.Text, joined.Whole.Status));
        Assert.Equal(
            ["POST /responses", "GET /responses/resp_1?stream=true&starting_after=2", "GET /responses/resp_1", "GET /responses/resp_1", "GET /responses/resp_1"], requests);
    }

    [Fact]
    public async Task A_polled_response_without_a_status_is_complete()
    {
        var (chunks, error, _, _) = await ReadAsync(Reply.Json(200, """{"id":"resp_1","output":[]}"""));
        Assert.Equal(("response.completed", null), (chunks[^1].Type, error));
    }

    [Fact]
    public async Task The_waits_between_polls_grow_up_to_four_seconds()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue([Reply.Json(400, Refusal), .. Enumerable.Repeat(Reply.Json(200, Kept("in_progress")), 6), Reply.Json(200, Kept("completed")).Header("x-request-id", "the last poll's")]);
        var clock = new RetryClock();
        var options = clock.Skipping();
        var waits = new List<double>();
        options.OnEvent += callEvent => waits.AddRange(callEvent is ResponsePending pending ? [pending.Delay.TotalSeconds] : []);
        using var client = Client(server.Http1, options => (options.TimeProvider, options.Jitter) = (clock, static () => 0));
        using var stream = await client.Responses.ResumeStreamingAsync("resp_1", 7, options, TestStop);
        Assert.Single(stream.ToBlockingEnumerable());
        Assert.Equal("the last poll's", stream.RequestId);
        Assert.NotEqual("text/event-stream", server.Requests[1].Headers["Accept"]);
        Assert.Equal([0.5, 1, 2, 4, 4, 4], clock.WaitSeconds);
        Assert.Equal(15.5, (clock.GetUtcNow() - clock.Start).TotalSeconds, 0.01);
        Assert.Equal(clock.WaitSeconds, waits);
    }

    [Fact]
    public async Task A_polled_response_ends_as_its_stream_would()
    {
        var incomplete = await ReadAsync(Reply.Json(200, Kept("incomplete", ""","incomplete_details":{"reason":"max_output_tokens"}""")));
        Assert.Null(incomplete.Error);
        Assert.Equal(("incomplete", "Hello"), (incomplete.Joined.Whole.Status, incomplete.Joined.Whole.Text));
        Assert.Equal("response.incomplete", incomplete.Chunks[^1].Type);
        var failed = await ReadAsync(Reply.Json(200, Kept("failed", ""","error":{"code":"server_error","message":"it broke"}""")));
        Assert.Equal(("server_error", "Hel", "resp_1"), (failed.Error!.Code, failed.Error.PartialText, failed.Error.ResponseId));
        Assert.Equal("The service reported an error in the stream: it broke", failed.Error.Message); // where it would have been
    }

    [Fact]
    public async Task The_refusal_is_the_error_if_the_response_cannot_be_polled()
    {
        var (_, error, requests, _) = await ReadAsync(Reply.Json(404, """{"error":{"message":"Gone."}}"""));
        Assert.Equal(("resp_1", 2L, "Hel"), (error!.ResponseId, error.SequenceNumber, error.PartialText));
        Assert.Contains("too old", Assert.IsType<BadRequestException>(error).Message, StringComparison.Ordinal);
        Assert.Equal(3, requests.Length);
    }

    [Fact]
    public async Task If_polling_fails_its_own_error_is_reported()
    {
        var (_, error, requests, _) = await ReadAsync(Reply.Json(200, Kept("in_progress")), Reply.Json(404, """{"error":{"message":"Gone."}}"""));
        Assert.Equal("The service returned 404: Gone.", Assert.IsType<NotFoundException>(error).Message);
        Assert.Equal(4, requests.Length);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public async Task A_response_that_is_too_old_to_resume_is_polled_unless_resuming_is_off(bool noResume, int requests)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(400, Refusal), Reply.Json(200, Kept("completed")));
        using var client = Client(server.Http1);
        var opening = client.Responses.ResumeStreamingAsync("resp_1", 7, new RequestOptions { NoResume = noResume }, TestStop);
        if (noResume)
        {
            await Assert.ThrowsAsync<BadRequestException>(() => opening);
        }
        else
        {
            using var stream = await opening;
            Assert.Equal("Hello", (Assert.Single(stream.ToBlockingEnumerable()) as ResponseLifecycleEvent)!.Response!.Text);
        }

        Assert.Equal(requests, server.Requests.Count);
    }

    [Theory]
    [InlineData(true, false, null, true)]
    [InlineData(false, true, null, false)]
    [InlineData(true, true, null, true)]
    [InlineData(true, true, "web_search_call.action.sources", true)]
    [InlineData(true, true, Encrypted, true)]
    public async Task Encrypted_reasoning_is_requested_where_nothing_is_stored(bool isNotStored, bool hasTools, string? include, bool asks)
    {
        foreach (var (streams, transport) in new[] { (false, TransportKind.Http), (true, TransportKind.Http), (false, TransportKind.WebSocket), (true, TransportKind.WebSocket) })
        {
            await using var server = await LoopbackServer.StartAsync();
            server.Default = Reply.Json(200, Kept("completed"));
            using var client = Client(server.Http1, options => options.Transport = transport);
            var request = Request(isNotStored, hasTools);
            request.Include = include is null ? null : [include];
            await AskAsync(client, request, streams);

            string[] asked = [.. ((Array?)JsonModel.FromJson<JsonMap>(server.Requests[0].Body)["include"] ?? Array.Empty<object>()).Cast<string>()];
            Assert.Equal(asks ? 1 : 0, asked.Count(one => one == Encrypted));
            Assert.Equal(include is null or Encrypted ? 0 : 1, asked.Count(one => one != Encrypted));
            Assert.Equal(include is null ? [] : [include], request.Include); // the request itself does not change
        }
    }

    [Theory]
    [InlineData("""{"error":{"message":"Encrypted content is not supported with this model.","param":"include","code":null}}""", 3, TransportKind.Http)]
    [InlineData("""{"error":{"message":"Encrypted content is not supported with this model.","param":"include","code":null}}""", 3, TransportKind.WebSocket)]
    [InlineData("""{"error":{"message":"No such model.","param":"model"}}""", 2, TransportKind.Http)]
    [InlineData("""{"error":{"message":"No such model.","param":"model"}}""", 2, TransportKind.WebSocket)]
    public async Task A_model_without_reasoning_is_asked_again_without_it_and_remembered(string refusal, int requests, TransportKind transport)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(400, refusal));
        server.Default = Reply.Json(200, Kept("completed"));
        using var client = Client(server.Http1, options => options.Transport = transport);
        for (int i = 0; i < 2; i++)
        {
            try
            {
                await AskAsync(client, Request(true, true), streams: i == 1);
            }
            catch (BadRequestException) when (requests == 2)
            {
            }
        }

        Assert.Equal(requests, server.Requests.Count);
        Assert.Equal(requests == 2, server.Requests[^1].Body.Contains(Encrypted, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"id":"resp_1","status":"completed","store":false,"output":[{{items}}]}""")]
    [InlineData("""{"id":"","status":"completed","output":[{{items}}]}""")]
    [InlineData("""{"status":"completed","output":[{{items}}]}""")]
    [InlineData("""{"output":[{{items}}]}""")]
    public void A_service_that_stores_nothing_gets_the_whole_conversation_again_unchanged(string answer)
    {
        const string Reasoning = """{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"E\/+=\u00e9"}""";
        const string Call = """{"id":"fc_1","type":"function_call","status":"completed","name":"f","arguments":"{\"a\": 1}"}""";
        var loop = new ToolLoop((_, _) => "result");
        var request = Request(false, true);
        var next = loop.Next(request, JsonModel.FromJson<Response>(answer.Replace("{{items}}", $"{Reasoning},{Call}", StringComparison.Ordinal)))!;
        string[] items = [.. ((Array)next.Input!).Cast<JsonModel>().Select(item => item.ToJson())];
        Assert.Equal("""{"role":"user","content":"hi"}""", items[0]);
        Assert.Equal(JsonModel.FromJson<JsonMap>(Reasoning).ToJson(), items[1]);
        Assert.Equal(Call, items[2]);
        Assert.Equal("""{"type":"function_call_output","call_id":"fc_1","output":"result"}""", items[3]);
        Assert.Null(next.PreviousResponseId);
    }

    private static ResponseRequest Request(bool isNotStored, bool hasTools)
    {
        var tool = new ChatTool(new ChatFunction { Name = "f", Parameters = JsonModel.FromJson<JsonMap>("""{"properties":{"a":{}}}""") });
        return new() { Input = "hi", Store = isNotStored ? false : null, Tools = hasTools ? [tool.ForResponse()] : null };
    }

    private static async Task AskAsync(OpenAIClient client, ResponseRequest request, bool streams)
    {
        if (streams)
        {
            using var stream = await client.Responses.CreateStreamingAsync(request, null, TestStop);
            Assert.True(await stream.MoveNextAsync());
        }
        else
        {
            await client.Responses.CreateAsync(request, null, TestStop);
        }
    }

    /// <summary>A background response that is cut off, whose stream is too old to resume, and the answers then.</summary>
    private static async Task<(List<ResponseEvent> Chunks, ApiException? Error, string[] Requests, ResponseAccumulator Joined)> ReadAsync(params Reply[] polled)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue([Reply.Sse(Begun).Cut(), Reply.Json(400, Refusal), .. polled]);
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => options.TimeProvider = clock);
        var joined = new ResponseAccumulator();
        var chunks = new List<ResponseEvent>();
        ApiException? failed = null;
        using var stream = await client.Responses.CreateStreamingAsync(new() { Input = "hi", Background = true }, clock.Skipping(), TestStop);
        try
        {
            while (await stream.MoveNextAsync())
            {
                chunks.Add(stream.Current);
                joined.Add(stream.Current);
            }
        }
        catch (ApiException exception)
        {
            failed = exception;
        }

        return (chunks, failed, [.. server.Requests.Select(request => $"{request.Method} {request.Path}")], joined);
    }
}
