using OpenAIStream.Loopback;
using OpenAIStream.Tests.Http;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Services;

/// <summary>Stored responses, conversations, and input before there is a response.</summary>
public class ResponseLifeTests
{
    private const string Conversation = """{"id":"conv_1","object":"conversation","created_at":1700000000,"metadata":{"topic":"x"}}""";
    private const string Page = """{"object":"list","data":[{"id":"msg_1","type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]},{"id":"o","type":"function_call_output","output":"7"}],"first_id":"msg_1","last_id":"o","has_more":true}""";

    private const string Last = """{"object":"list","data":[],"has_more":false}""";

    [Fact]
    public async Task Waiting_polls_until_the_response_has_ended_and_respects_the_service_s_wait()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Kept("queued"), Kept("in_progress").Header("retry-after", "7"));
        server.Enqueue([.. Enumerable.Repeat(0, 12).Select(_ => Kept("in_progress")), Kept("completed")]);
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => (options.TimeProvider, options.Jitter) = (clock, () => 0));
        var told = new List<string>();
        var options = clock.Skipping();
        options.OnEvent += callEvent => told.AddRange(callEvent is ResponsePending pending ? [pending.Status] : []);

        var response = await client.Responses.WaitAsync("resp_1", options, TestStop);
        Assert.Equal(("completed", "Hello"), (response.Status, response.Text));
        Assert.Equal(["queued", .. Enumerable.Repeat("in_progress", 13)], told);
        Assert.Equal([0.5, 7, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4.15, 4.565, 5.022], clock.WaitSeconds.Select(static wait => Math.Round(wait, 3)));
        Assert.All(server.Requests, request => Assert.Equal("GET /responses/resp_1", $"{request.Method} {request.Path}"));
    }

    [Fact]
    public async Task A_failed_response_is_an_error_when_waiting_and_an_object_when_getting()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Kept("failed", ""","error":{"code":"server_error","message":"It broke."}""");
        using var client = Client(server.Http1);
        var failed = await Assert.ThrowsAnyAsync<ApiException>(() => client.Responses.WaitAsync("resp_1", null, TestStop));
        Assert.Equal(("server_error", "resp_1", "Hello"), (failed.Code, failed.ResponseId, failed.PartialText));
        var response = await client.Responses.GetAsync("resp_1", null, TestStop);
        Assert.Equal(("failed", "It broke."), (response.Status, response.Error!["message"]));
    }

    [Theory]
    [InlineData(3, 30, 9)]
    [InlineData(12, 60, 60)]
    public async Task After_a_long_wait_polls_are_less_frequent(int polls, int seconds, int wait)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue([.. Enumerable.Repeat(0, polls).Select(_ => Kept("queued").Header("retry-after", $"{seconds}")), Kept("queued"), Kept("completed")]);
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => (options.TimeProvider, options.Jitter) = (clock, () => 0));
        await client.Responses.WaitAsync("resp_1", clock.Skipping(), TestStop);
        Assert.Equal([.. Enumerable.Repeat(seconds, polls), wait], clock.WaitSeconds.Select(static wait => (int)Math.Round(wait)));
        await Assert.ThrowsAsync<ArgumentNullException>("id", () => client.Responses.WaitAsync(null!, null, TestStop));
    }

    [Theory]
    [InlineData("queued")]
    [InlineData("in_progress")]
    [InlineData("completed")]
    [InlineData("incomplete")]
    [InlineData("cancelled")]
    [InlineData("failed")]
    public async Task A_response_may_contain_nothing_but_its_status(string status)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, $$"""{"id":"resp_1","status":"{{status}}"}""");
        using var client = Client(server.Http1);
        Assert.Equal(status, (await client.Responses.GetAsync("resp_1", null, TestStop)).Status);
    }

    [Fact]
    public async Task A_wait_ends_with_the_total_timeout_and_names_the_response()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Kept("queued");
        using var client = Client(server.Http1);
        var late = await Assert.ThrowsAsync<ApiTimeoutException>(() => client.Responses.WaitAsync("resp_1", new RequestOptions { TotalTimeout = TimeSpan.FromMilliseconds(200) }, TestStop));
        Assert.Equal((TimeoutKind.Total, "resp_1"), (late.Timeout, late.ResponseId));
    }

    [Fact]
    public async Task Canceling_the_wait_leaves_the_response_running()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Kept("queued");
        using var client = Client(server.Http1);
        using var stop = new CancellationTokenSource();
        var options = new RequestOptions { OnEvent = callEvent => { if (callEvent is ResponsePending) { stop.Cancel(); } } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.Responses.WaitAsync("resp_1", options, stop.Token));
        Assert.Equal("GET", Assert.Single(server.Requests).Method);
    }

    [Fact]
    public async Task Canceling_a_response_returns_its_new_state()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Kept("cancelled"), Kept("failed", ""","error":{"code":"x","message":"It had failed."}"""));
        using var client = Client(server.Http1);
        Assert.Equal("cancelled", (await client.Responses.CancelAsync("resp/1", null, TestStop)).Status);
        Assert.Equal("failed", client.Responses.Cancel("resp_1", null, TestStop).Status);
        Assert.Equal("POST /responses/resp%2F1/cancel", $"{server.Requests[0].Method} {server.Requests[0].Path}");
        Assert.Equal("", server.Requests[0].Body);
    }

    [Fact]
    public async Task A_deletion_succeeds_unless_the_service_says_otherwise()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(200, """{"id":"resp_1","object":"response","deleted":true}"""), new Reply().Status(204), Reply.Json(200, ""));
        server.Enqueue(Reply.Json(200, """{"id":"resp_1","deleted":false}"""), Reply.Json(200, """{"error":{"message":"Locked."}}"""), Reply.Json(404, """{"error":{"message":"None."}}"""));
        using var client = Client(server.Http1);
        for (int i = 0; i < 3; i++)
        {
            await client.Responses.DeleteAsync("resp_1", null, TestStop);
        }

        Assert.Contains("deleted nothing", (await Assert.ThrowsAsync<ApiException>(() => client.Responses.DeleteAsync("resp_1", null, TestStop))).Message, StringComparison.Ordinal);
        Assert.Contains("Locked.", (await Assert.ThrowsAnyAsync<ApiException>(() => client.Responses.DeleteAsync("resp_1", null, TestStop))).Message, StringComparison.Ordinal);
        Assert.Throws<NotFoundException>(() => client.Responses.Delete("resp_1", null, TestStop));
        Assert.All(server.Requests, request => Assert.Equal("DELETE /responses/resp_1", $"{request.Method} {request.Path}"));
    }

    [Fact]
    public async Task Input_items_are_paged()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(200, Page), Reply.Json(200, Last), Reply.Json(200, """{"hello":1}"""));
        using var client = Client(server.Http1);
        var query = new ResponseItemQuery { After = "a&b", Limit = 2, OldestFirst = true, Include = ["message.output_text.logprobs"] };
        var page = await client.Responses.ListInputItemsAsync("resp_1", query, null, null, TestStop);
        Assert.Equal(["hi", "7"], page.Data.Select(static item => item.ToString()));
        Assert.IsType<ResponseToolOutputItem>(page.Data[1]);
        var last = client.Responses.ListInputItems("resp_1", query, page, null, TestStop);
        Assert.Equal((true, false, 0), (page.HasMore, last.HasMore, last.Data.Count));
        await Assert.ThrowsAsync<ResponseFormatException>(() => client.Responses.ListInputItemsAsync("resp_1", cancellationToken: TestStop));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Responses.ListInputItemsAsync("resp_1", query, last, null, TestStop));
        Assert.Equal(
            [
                "/responses/resp_1/input_items?after=a%26b&limit=2&order=asc&include%5B%5D=message.output_text.logprobs",
                "/responses/resp_1/input_items?limit=2&order=asc&include%5B%5D=message.output_text.logprobs&after=o",
                "/responses/resp_1/input_items",
            ],
            server.Requests.Select(static request => request.Path));
    }

    [Fact]
    public async Task Counting_and_compacting_send_the_input_without_output_options()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(
            Reply.Json(200, """{"object":"response.input_tokens","input_tokens":11}"""),
            Reply.Json(200, """{"id":"cmp_1","object":"response.compaction","created_at":1,"output":[{"type":"compaction","encrypted_content":"abc"}],"usage":{"total_tokens":3}}"""));
        using var client = Client(server.Http1);
        var request = new ResponseRequest
        {
            Model = "m",
            Input = "hi",
            Instructions = "Be brief.",
            Tools = [new JsonMap { ["type"] = "web_search" }],
            Temperature = 0,
            MaxOutputTokens = 5,
            Store = false,
            ServiceTier = "flex",
        };
        request["new_field"] = 1;
        Assert.Equal(11, (await client.Responses.CountInputTokensAsync(request, null, TestStop)).InputTokens);
        var compacted = client.Responses.Compact(request, null, TestStop);
        Assert.Equal(("cmp_1", 3, "compaction"), (compacted.Id, compacted.Usage!.TotalTokens, Assert.Single(compacted.Output).Type));
        Assert.Equal("""/responses/input_tokens {"model":"m","input":"hi","instructions":"Be brief.","tools":[{"type":"web_search"}],"new_field":1}""", $"{server.Requests[0].Path} {server.Requests[0].Body}");
        Assert.Equal("""/responses/compact {"model":"m","input":"hi","instructions":"Be brief.","service_tier":"flex","new_field":1}""", $"{server.Requests[1].Path} {server.Requests[1].Body}");
        Assert.Equal(5, request.MaxOutputTokens); // the request itself does not change
    }

    [Fact]
    public async Task A_conversation_is_created_read_changed_and_deleted()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, Conversation);
        using var client = Client(server.Http1);
        var conversation = await client.Conversations.CreateAsync(
            new ConversationRequest { Items = ResponseInput.From(new ChatMessage("user", "hi")), Metadata = new JsonMap { ["topic"] = "x" } }, null, TestStop);
        Assert.Equal(("conv_1", "x", 2023), (conversation.Id, conversation.Metadata!["topic"], conversation.Created!.Value.Year));
        _ = client.Conversations.Create(cancellationToken: TestStop);
        _ = client.Conversations.Get("conv_1", null, TestStop);
        _ = client.Conversations.Update("conv_1", new JsonMap { ["topic"] = "y" }, null, TestStop);
        client.Conversations.Delete("conv_1", null, TestStop);
        _ = client.Conversations.DeleteItem("conv_1", "msg_1", null, TestStop);
        Assert.Equal(
            [
                """POST /conversations {"items":[{"role":"user","content":"hi"}],"metadata":{"topic":"x"}}""",
                "POST /conversations {}",
                "GET /conversations/conv_1 ",
                """POST /conversations/conv_1 {"metadata":{"topic":"y"}}""",
                "DELETE /conversations/conv_1 ",
                "DELETE /conversations/conv_1/items/msg_1 ",
            ],
            server.Requests.Select(static request => $"{request.Method} {request.Path} {request.Body}"));
    }

    [Fact]
    public async Task A_conversation_s_items_are_paged_and_can_be_added()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, Page);
        using var client = Client(server.Http1);
        Assert.Equal(2, client.Conversations.ListItems("conv_1", new ResponseItemQuery { OldestFirst = false }, null, null, TestStop).Data.Count);
        Assert.Equal("o", (await client.Conversations.AddItemsAsync("conv_1", ResponseInput.From(new ChatMessage("user", "hi")), null, TestStop)).Data[^1].Id);
        Assert.Equal(
            ["GET /conversations/conv_1/items?order=desc ", """POST /conversations/conv_1/items {"items":[{"role":"user","content":"hi"}]}"""],
            server.Requests.Select(static request => $"{request.Method} {request.Path} {request.Body}"));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("")]
    public async Task An_id_that_would_change_the_address_is_refused(string id)
    {
        using var client = Client(new Uri("http://127.0.0.1:9"));
        await Assert.ThrowsAsync<ApiConfigurationException>(async () => await client.Responses.WaitAsync(id, null, TestStop));
        await Assert.ThrowsAsync<ApiConfigurationException>(async () => await client.Responses.CancelAsync(id, null, TestStop));
        await Assert.ThrowsAsync<ApiConfigurationException>(async () => await client.Conversations.GetAsync(id, null, TestStop));
        await Assert.ThrowsAsync<ApiConfigurationException>(async () => await client.Conversations.DeleteItemAsync("conv_1", id, null, TestStop));
    }

    private static Reply Kept(string status, string more = "") => Reply.Json(
        200, $$"""{"id":"resp_1","object":"response","status":"{{status}}","output":[{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]}]{{more}}}""");
}
