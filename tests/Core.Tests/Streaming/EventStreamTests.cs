using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>Streams whose events have names or types: assistants, responses, and types without a model.</summary>
public class EventStreamTests
{
    private const string Delta = """{"id":"msg_1","delta":{"content":[{"index":0,"type":"text","text":{"value":"Hel"}},{"type":"image_file"},{"text":{"value":"lo"}}]}}""";

    [Fact]
    public async Task Assistants_events_come_with_their_names()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Events(
            ("thread.run.created", """{"id":"run_1","status":"queued"}"""),
            ("thread.message.delta", Delta),
            ("thread.of.tomorrow", """{"new":true}"""),
            ("thread.run.failed", """{"id":"run_1","status":"failed","last_error":{"code":"server_error"}}"""),
            ("done", "[DONE]")).Stall();
        using var client = Client(server.Http1);

        using var stream = await client.StreamAsync<AssistantEvent>(HttpMethod.Post, "threads/t/runs", new JsonMap(), cancellationToken: TestStop);
        var events = stream.ToBlockingEnumerable().ToList();

        Assert.Equal(["thread.run.created", "thread.message.delta", "thread.of.tomorrow", "thread.run.failed"], events.Select(one => one.Event));
        Assert.Equal("run_1", events[0].Data["id"]);
        Assert.Equal(["", "Hello", "", ""], events.Select(one => one.Text));
        Assert.Equal((true, "failed"), (stream.IsComplete, stream.FinishReason));
    }

    [Fact]
    public async Task An_assistants_error_is_raised_with_the_partial_text()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Events(("thread.message.delta", Delta), ("error", """{"error":{"message":"m","code":"c","type":"t"}}""")).Header("x-request-id", "r");
        using var client = Client(server.Http1);

        using var stream = await client.StreamAsync<AssistantEvent>(HttpMethod.Post, "threads/t/runs", new JsonMap(), cancellationToken: TestStop);

        Assert.True(stream.MoveNext());
        var error = Assert.Throws<ApiException>(() => stream.MoveNext());
        Assert.Equal(("c", "t", "Hello", "r"), (error.Code, error.Type, error.PartialText, error.RequestId));
    }

    [Theory]
    [InlineData("thread.run.completed", true)]
    [InlineData("thread.run.requires_action", true)]
    [InlineData("thread.run.incomplete", true)]
    [InlineData("thread.run.failed", true)]
    [InlineData("thread.run.cancelled", true)]
    [InlineData("thread.run.expired", true)]
    [InlineData("thread.run.in_progress", false)]
    public async Task An_assistants_stream_without_done_is_complete_when_its_run_has_stopped(string last, bool isWhole)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Events(("thread.run.created", "{}"), (last, "{}"));
        using var client = Client(server.Http1);
        using var stream = await client.StreamAsync<AssistantEvent>(HttpMethod.Post, "threads/t/runs", new JsonMap(), cancellationToken: TestStop);

        var error = Record.Exception(() => stream.ToBlockingEnumerable().Count());

        Assert.Equal((isWhole, isWhole), (stream.IsComplete, error is null));
        Assert.True(isWhole || error is StreamEndedEarlyException, $"{error}");
    }

    [Theory]
    [InlineData("response.completed", false, true)]
    [InlineData("response.completed", true, true)]
    [InlineData("response.in_progress", false, false)]
    [InlineData("something.else", false, false)]
    public async Task A_response_is_complete_when_it_says_so(string last, bool staysOpen, bool isWhole)
    {
        await using var server = await LoopbackServer.StartAsync();
        var reply = Events(
            ("response.created", """{"type":"response.created"}"""),
            ("response.output_text.delta", """{"type":"response.output_text.delta","delta":"Hi"}"""),
            (last, $$"""{"type":"{{last}}"}"""));
        server.Default = staysOpen ? reply.Stall() : reply;
        using var client = Client(server.Http1);
        using var stream = await client.StreamAsync<JsonMap>(HttpMethod.Post, "responses", new JsonMap(), cancellationToken: TestStop);

        int count = 0;
        var error = Record.Exception(() =>
        {
            while (stream.MoveNext())
            {
                count++;
            }
        });

        Assert.Equal((3, isWhole, isWhole), (count, stream.IsComplete, error is null));
        Assert.True(isWhole || error is StreamEndedEarlyException { PartialText: "Hi" }, $"{error}");
    }

    [Fact]
    public async Task Text_that_arrives_whole_belongs_to_its_item()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(
            """{"type":"response.output_text.delta","item_id":"a","output_index":0,"content_index":0,"delta":"One, "}""",
            """{"type":"response.output_text.done","item_id":"b","output_index":0,"content_index":0,"text":"One, "}""",
            """{"type":"response.output_text.done","output_index":1,"content_index":0,"text":"two."}""",
            """{"type":"response.output_text.done","output_index":1,"content_index":1,"text":" Three."}""",
            """{"type":"response.output_text.done","output_index":2,"content_index":0}""",
            """{"type":"response.completed"}""");
        using var client = Client(server.Http1);
        using var stream = await client.Responses.CreateStreamingAsync(new() { Input = "hi" }, null, TestStop);
        Assert.Equal(6, stream.ToBlockingEnumerable().Count());
        Assert.Equal("One, two. Three.", stream.ToString());
    }

    [Fact]
    public async Task An_object_without_a_type_ends_nothing()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse("""{"a":1}""", """{"a":2}""");
        using var client = Client(server.Http1);
        using var stream = await client.StreamAsync<JsonMap>(HttpMethod.Get, "x", cancellationToken: TestStop);
        Assert.True(stream.MoveNext());
        Assert.Null(stream.FinishReason);
        Assert.True(stream.MoveNext());
    }

    [Fact]
    public async Task Raw_events_have_no_text()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello).Send("{\"a\":1}\n\n"); // the line belongs to no event
        using var client = Client(server.Http1);
        using var stream = await client.StreamAsync<ServerSentEvent>(HttpMethod.Get, "x", cancellationToken: TestStop);
        Assert.Single(stream.ToBlockingEnumerable());
        Assert.Equal("", stream.ToString());
    }

    [Theory]
    [InlineData("keepalive", false)]
    [InlineData("ping", false)]
    [InlineData("response.queued", false)]
    [InlineData("progress", true)]
    public async Task A_stream_of_only_such_objects_is_complete_only_if_they_belong_to_no_response(string type, bool isWhole)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Events(("", $$"""{"type":"{{type}}"}"""));
        using var client = Client(server.Http1);
        using var stream = await client.StreamAsync<JsonMap>(HttpMethod.Post, "responses", new JsonMap(), cancellationToken: TestStop);
        Assert.True(stream.MoveNext());
        var error = Record.Exception(() => stream.MoveNext());
        Assert.Equal((isWhole, isWhole), (stream.IsComplete, error is null));
    }

    [Fact]
    public async Task Objects_and_events_of_an_unknown_API_pass_and_any_end_is_accepted()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Events(("progress", """{"percent":50}"""), ("", "{\"percent\":100}"));
        using var client = Client(server.Http1);

        using var objects = await client.StreamAsync<JsonMap>(HttpMethod.Get, "jobs/1", null, cancellationToken: TestStop);
        Assert.Equal([50L, 100L], objects.ToBlockingEnumerable().Select(one => one["percent"]));
        using var events = await client.StreamAsync<ServerSentEvent>(HttpMethod.Get, "jobs/1", null, cancellationToken: TestStop);
        Assert.Equal(["progress", null], events.ToBlockingEnumerable().Select(one => one.Event));
        await Assert.ThrowsAsync<ArgumentException>(() => client.StreamAsync<CompletionRequest>(HttpMethod.Get, "jobs/1", null, cancellationToken: TestStop));
    }

    public static TheoryData<Type, string> Chunks => new()
    {
        { typeof(Completion), """{"choices":[{"index":0,"text":"Hi","finish_reason":"stop"}]}""" },
        { typeof(ChatCompletionChunk), """{"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}""" },
        { typeof(ResponseEvent), """{"type":"response.completed","response":{"id":"resp_1"}}""" },
        { typeof(AssistantEvent), Delta },
        { typeof(ImageEvent), """{"type":"image_generation.completed","b64_json":"AA=="}""" },
        { typeof(SpeechEvent), """{"type":"speech.audio.done","audio":"AA=="}""" },
        { typeof(TranscriptionEvent), """{"type":"transcript.text.done","text":"Hi"}""" },
        { typeof(JsonMap), """{"a":1}""" },
        { typeof(ServerSentEvent), "anything" },
    };

    [Theory]
    [MemberData(nameof(Chunks))]
    public Task Every_chunk_type_can_be_read_by_its_name(Type chunk, string data) =>
        (Task)GetType().GetMethod(nameof(ReadOneAsync), System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!
            .MakeGenericMethod(chunk).Invoke(null, [data])!;

    private static async Task ReadOneAsync<T>(string data) where T : class
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Events(("", data), ("", "[DONE]"));
        using var client = Client(server.Http1);
        await using var stream = await client.StreamAsync<T>(HttpMethod.Get, "x", cancellationToken: TestStop);
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal(data, stream.Current is ServerSentEvent one ? one.Data : ((JsonModel)(object)stream.Current).ToJson());
        Assert.False(await stream.MoveNextAsync());
    }

    private static Reply Events(params (string Name, string Data)[] events) => events.Aggregate(
        new Reply().Header("Content-Type", "text/event-stream"),
        (reply, one) => reply.Send((one.Name.Length == 0 ? "" : $"event: {one.Name}\n") + $"data: {one.Data}\n\n"));
}
