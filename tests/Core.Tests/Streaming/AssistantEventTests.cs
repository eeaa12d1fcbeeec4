using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>Runs of assistants: each event as name and data, and their requests.</summary>
public class AssistantEventTests
{
    private const string Payload = """{"id":"x_1","object":"thing","delta":{"content":[{"index":0,"type":"text","text":{"value":"Hi","annotations":[]}}]},"of_tomorrow":{"a":[1,null,2.50]}}""";

    public static TheoryData<string> Names => [
        "thread.created",
        "thread.run.created", "thread.run.queued", "thread.run.in_progress", "thread.run.requires_action", "thread.run.completed",
        "thread.run.incomplete", "thread.run.failed", "thread.run.cancelling", "thread.run.cancelled", "thread.run.expired",
        "thread.run.step.created", "thread.run.step.in_progress", "thread.run.step.delta", "thread.run.step.completed",
        "thread.run.step.failed", "thread.run.step.cancelled", "thread.run.step.expired",
        "thread.message.created", "thread.message.in_progress", "thread.message.delta", "thread.message.completed", "thread.message.incomplete"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_event_has_its_name_its_data_and_its_payload(string name)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Events((name, Payload), ("done", "[DONE]"));
        using var client = Client(server.Http1);
        using var stream = await client.Assistants.CreateStreamingAsync(new() { AssistantId = "asst_1" }, cancellationToken: TestStop);

        var one = Assert.Single(stream.ToBlockingEnumerable().ToList());

        Assert.Equal((name, "x_1", Payload, Payload), (one.Event, one.Data["id"], one.ToJson(), one.Data.ToJson()));
        Assert.Equal(name == "thread.message.delta" ? "Hi" : "", one.Text);
        Assert.True(stream.IsComplete);
    }

    [Fact]
    public async Task The_event_error_is_raised()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Events(("thread.message.delta", Payload), ("error", """{"code":"c","message":"m","type":"server_error"}"""));
        using var client = Client(server.Http1);
        using var stream = await client.Assistants.CreateStreamingAsync(new() { AssistantId = "asst_1" }, cancellationToken: TestStop);

        Assert.True(stream.MoveNext());
        var error = Assert.Throws<ApiException>(() => stream.MoveNext());

        Assert.Equal(("c", "Hi"), (error.Code, error.PartialText));
    }

    [Fact]
    public async Task The_sentinel_ends_the_stream_and_an_earlier_end_is_an_error()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Events(("thread.run.created", "{}"), ("done", "[DONE]")).Stall();
        using var client = Client(server.Http1);
        using var ended = client.Assistants.CreateStreaming(new() { AssistantId = "a" }, cancellationToken: TestStop);
        Assert.Single(ended.ToBlockingEnumerable());
        Assert.True(ended.IsComplete);

        server.Default = Events(("thread.run.created", "{}"));
        using var cut = client.Assistants.CreateStreaming(new() { AssistantId = "a" }, cancellationToken: TestStop);
        Assert.Throws<StreamEndedEarlyException>(() => cut.ToBlockingEnumerable().Count());
    }

    [Fact]
    public async Task The_address_contains_the_thread_and_the_header_the_version()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"id":"run_1","thread_id":"t 1","status":"queued","usage":{"total_tokens":3}}""");
        using var client = Client(server.Http1);

        var run = client.Assistants.Create(new() { AssistantId = "a", ThreadId = "t 1" }, cancellationToken: TestStop);
        await client.Assistants.CreateAsync(new() { AssistantId = "a", Thread = new JsonMap { ["messages"] = Array.Empty<object>() } }, cancellationToken: TestStop);
        client.Assistants.SubmitToolOutputs("t", "r", [new() { ToolCallId = "c1", Output = "4" }], null, TestStop);

        Assert.Equal(("run_1", "queued", 3L), (run.Id, run.Status, (long?)run.Usage?.TotalTokens));
        Assert.Equal(["/threads/t%201/runs", "/threads/runs", "/threads/t/runs/r/submit_tool_outputs"], server.Requests.Select(request => request.Path));
        Assert.Equal(["""{"assistant_id":"a","stream":false}""", """{"assistant_id":"a","thread":{"messages":[]},"stream":false}""", """{"tool_outputs":[{"tool_call_id":"c1","output":"4"}],"stream":false}"""],
            server.Requests.Select(request => request.Body));
        Assert.All(server.Requests, request => Assert.Equal("assistants=v2", request.Headers["OpenAI-Beta"]));
    }

    [Fact]
    public async Task Tool_results_are_followed_by_the_next_events()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Events(("thread.run.completed", """{"id":"run_1"}"""), ("done", "[DONE]"));
        using var client = Client(server.Http1);

        using var stream = client.Assistants.SubmitToolOutputsStreaming("t", "r", [new() { ToolCallId = "c1", Output = "4" }], null, TestStop);

        Assert.Equal("thread.run.completed", Assert.Single(stream.ToBlockingEnumerable()).Event);
        Assert.Equal("""{"tool_outputs":[{"tool_call_id":"c1","output":"4"}],"stream":true}""", server.Requests[0].Body);
    }

    private static Reply Events(params (string Name, string Data)[] events) => events.Aggregate(
        new Reply().Header("Content-Type", "text/event-stream"),
        (reply, one) => reply.Send($"event: {one.Name}\ndata: {one.Data}\n\n"));
}
