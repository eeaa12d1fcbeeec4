using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>Which bodies without <c>[DONE]</c> are complete, and the errors for the others.</summary>
public class EarlyEndTests
{
    private const string SawNothing = "The response is empty: the connection ended before the first event.";
    private const string SawNoText = "The stream ended before the model finished (no [DONE], no finish_reason). No text had arrived.";
    private const string NoEvent = "The response contains no event, only 32 bytes of other data. Check the base address. It says: The service is being maintained.";
    private const string Prose = "The service is being maintained.";

    private static readonly string[] Zero = [Choice(0, "stop")];
    private static readonly string[] One = [Choice(1, "stop")];

    /// <summary>A request's fields, the chunks, and whether they are the whole answer.</summary>
    public static TheoryData<string, string[], bool> Choices => new()
    {
        { "{}", Zero, true },
        { "{}", [Choice(0, null)], false },
        { "{}", [Choice(0, null), Choice(0, null), Choice(0, "length")], true },
        { "{}", ["""{"choices":[]}"""], false },
        { """{"n":1}""", Zero, true },
        { """{"n":0}""", Zero, true },
        { """{"n":2}""", Zero, false },
        { """{"n":2}""", One, false },
        { """{"n":2}""", [.. Zero, .. Zero], false },
        { """{"n":2}""", [.. Zero, .. One], true },
        { """{"n":2}""", [Choice(0, null), .. One], false },
        { """{"n":3}""", [.. Zero, .. One], false },
        { """{"prompt":"a"}""", Zero, true },
        { """{"prompt":[]}""", Zero, true },
        { """{"prompt":["a"]}""", Zero, true },
        { """{"prompt":["a","b"]}""", Zero, false },
        { """{"prompt":["a","b"]}""", [.. One, .. Zero], true },
        { """{"prompt":["a","b"],"n":2}""", [.. Zero, .. One, Choice(2, "stop")], false },
        { """{"prompt":["a","b"],"n":2}""", [.. Zero, .. One, Choice(2, "stop"), Choice(3, "stop")], true },
        { """{"prompt":[1,2,3]}""", Zero, true },
        { """{"prompt":[[1,2],[3]]}""", Zero, false },
        { """{"prompt":[[1,2],[3]]}""", [.. Zero, .. One], true },

        // More choices than requested: each that has started must end.
        { "{}", [.. Zero, Choice(1, null)], false },
        { "{}", [Choice(0, null), Choice(1, null), .. Zero, .. One], true },
        { "{}", [Choice(0, null), Choice(1, null), .. One, .. Zero], true },
        { "{}", [Choice(0, null), .. One, Choice(0, null)], false },
        { "{}", [Choice(0, null), Choice(1, null), Choice(0, null), .. One], false },

        // A choice that has ended stays so, whatever arrives later.
        { "{}", [.. Zero, Choice(0, null)], true },
        { "{}", [.. Zero, """{"choices":[],"usage":{"total_tokens":3}}"""], true },
        { """{"n":2}""", [.. Zero, .. One, Choice(0, null), Choice(1, null)], true },
    };

    /// <summary>The errors for an early end.</summary>
    public static TheoryData<string, string, string[], string> Words => new()
    {
        { "nothing", "text/event-stream", [], SawNothing },
        { "nothing of a declared kind", "text/plain", [], SawNothing },
        { "a comment", "text/event-stream", [": one\n\n"], "The response contains no event, only 7 bytes of other data." },
        { "a long comment without an end", "text/event-stream", [": " + new string('x', 100_000)], "The response contains no event, only 100002 bytes of other data." },
        { "an unfinished event", "text/event-stream", ["data: {\"a"], "The response contains no event, only 9 bytes of other data." },
        { "prose", "text/plain", [Prose], NoEvent },
        { "text", "text/event-stream", [$"data: {Hello}\n\n"], "The stream ended before the model finished (no [DONE], no finish_reason). 5 characters had arrived; they are in PartialText." },
        { "text that is not declared", "text/plain", [$"data: {Hello}\n\n"], "The stream ended before the model finished (no [DONE], no finish_reason). 5 characters had arrived; they are in PartialText." },
        {
            "pieces of text, one of them large", "text/event-stream",
            [$"data: {Hello}\n\n", "data: " + Hello.Replace("Hello", new string('x', 20_000)) + "\n\n", $"data: {Hello}\n\n"],
            "The stream ended before the model finished (no [DONE], no finish_reason). 20010 characters had arrived; they are in PartialText."
        },
        { "a chunk without text", "text/event-stream", ["data: {\"choices\":[]}\n\n"], SawNoText },
        { "another choice's text", "text/event-stream", ["data: " + Choice(1, null) + "\n\n"], SawNoText },
    };

    /// <summary>Bodies of an unknown API: any end is accepted, unless the body was not an event stream.</summary>
    public static TheoryData<string, string, string?> Unknown => new()
    {
        { "text/event-stream", "", null },
        { "text/event-stream", ": one\n\n", null },
        { "text/event-stream", Prose, NoEvent },
        { "text/event-stream", ": one\n\nnothing\nat all\n\n", "The response contains no event, only 23 bytes of other data. Check the base address." },
        { "text/event-stream", ": one\n\n" + new string('x', 20_000) + "\n" + new string('x', 19_999), "The response contains no event, only 40007 bytes of other data. Check the base address." },
        { "text/event-stream", "No.", "The response contains no event, only 3 bytes of other data. Check the base address. It says: No." },
        { "text/plain", "", null },
        { "text/plain", "data: {}\n\n", null },
        { "text/plain", ": one\n\n", "The response contains no event, only 7 bytes of other data. Check the base address." },
        { "text/plain", Prose, NoEvent },
    };

    [Theory]
    [MemberData(nameof(Choices))]
    public async Task A_body_is_complete_when_every_requested_choice_has_ended(string fields, string[] chunks, bool isWhole)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(chunks);
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(JsonModel.FromJson<CompletionRequest>(fields), null, TestStop);

        var read = await stream.ReadAsync();

        Assert.Equal(chunks.Length, read.Chunks.Count);
        Assert.Equal(isWhole ? null : typeof(StreamEndedEarlyException), read.Error?.GetType());
        Assert.Equal(isWhole, stream.IsComplete);
    }

    [Theory]
    [InlineData("{}", 1, true)]
    [InlineData("""{"n":2}""", 1, false)]
    [InlineData("""{"n":2}""", 2, true)]
    [InlineData("""{"n":0}""", 1, true)]
    [InlineData("""{"n":0}""", 0, false)]
    public async Task Images_are_complete_when_the_requested_number_has_arrived(string fields, int completed, bool isWhole)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse([.. Enumerable.Repeat("""{"type":"image_generation.completed","b64_json":"AA=="}""", completed), """{"type":"image_generation.partial_image"}"""]);
        using var client = Client(server.Http1);
        using var stream = await client.Images.CreateStreamingAsync(JsonModel.FromJson<ImageRequest>(fields), null, TestStop);

        var read = await stream.ReadAsync();

        Assert.Equal((completed + 1, isWhole, isWhole ? "completed" : null), (read.Chunks.Count, stream.IsComplete, stream.FinishReason));
        Assert.Equal(isWhole ? null : typeof(StreamEndedEarlyException), read.Error?.GetType());
    }

    [Theory]
    [InlineData("completed", null)]
    [InlineData("incomplete", null)]
    [InlineData(null, "The stream ended before the model finished ([DONE] came, but no event such as response.completed). The text that had arrived is in PartialText.")]
    public async Task A_response_is_not_complete_because_a_relay_sends_the_sentinel(string? end, string? message)
    {
        await using var server = await LoopbackServer.StartAsync();
        string[] events =
        [
            """{"type":"response.created","response":{"id":"resp_1","object":"response","status":"in_progress"}}""",
            """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hel"}""",
        ];
        string[] last = end is null ? [] : [$$$"""{"type":"response.{{{end}}}","response":{"id":"resp_1","object":"response","status":"{{{end}}}"}}"""];
        server.Default = Reply.Sse([.. events, .. last, "[DONE]"]);
        using var client = Client(server.Http1);
        using var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Input = "hi" }, null, TestStop);

        var read = await stream.ReadAsync();

        Assert.Equal((message, message is null, 2 + last.Length), (read.Error?.Message, stream.IsComplete, read.Chunks.Count));
        Assert.Equal(message is null ? null : "Hel", (read.Error as StreamEndedEarlyException)?.PartialText);
        Assert.Null((read.Error as ApiException)?.ResponseId); // nothing continues without this connection
    }

    [Theory]
    [MemberData(nameof(Words))]
    public async Task An_early_end_reports_what_had_arrived(string what, string type, string[] body, string message)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = body.Aggregate(new Reply().Header("Content-Type", type).Header("x-request-id", "r").Flush(), (reply, text) => reply.Send(text));
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, null, TestStop);

        var error = (await stream.ReadAsync()).Error as ApiException;

        Assert.True(error?.Message == message, $"{what}: {error}");
        Assert.Equal((message == NoEvent, "r"), (error is ResponseFormatException, error!.RequestId));
        Assert.True(error is ResponseFormatException or StreamEndedEarlyException { End: StreamEnd.EndOfBody }, $"{what}: {error}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/event-stream")]
    [InlineData("text/plain")]
    [InlineData("application/octet-stream")]
    [InlineData("application/json")]
    [InlineData("application/problem+json")]
    public async Task A_body_with_a_content_type_that_servers_use_for_events_is_read(string? type)
    {
        await using var server = await LoopbackServer.StartAsync();
        var reply = new Reply().Send(Prose);
        server.Default = type is null ? reply : reply.Header("Content-Type", type);
        using var client = Client(server.Http1);
        using var stream = await client.StreamAsync<JsonMap>(HttpMethod.Get, "x", cancellationToken: TestStop);
        Assert.Equal(NoEvent, (await stream.ReadAsync()).Error?.Message);
    }

    [Theory]
    [InlineData(Prose, " It says: " + Prose)]
    [InlineData("", " It is empty.")]
    public async Task A_body_with_a_content_type_without_events_is_refused_at_once(string body, string quote)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", "text/markdown").Send(body);
        using var client = Client(server.Http1);
        var error = await Assert.ThrowsAsync<ResponseFormatException>(() => client.StreamAsync<JsonMap>(HttpMethod.Get, "x", cancellationToken: TestStop));
        Assert.Equal("The response is text/markdown, not an event stream. Check the base address." + quote, error.Message);
    }

    [Theory]
    [InlineData("cut", false, "The connection ended in the middle of the response: ")]
    [InlineData("reset", false, "The server reset the connection.")]
#if !NETSTANDARD_BUILD
    [InlineData("cut", true, "The server reset the stream: ")]
#endif
    public async Task A_broken_connection_is_reported_as_such(string how, bool isHttp2, string beginning)
    {
        await using var server = await LoopbackServer.StartAsync();
        var begun = Reply.Sse(Hello).WaitFor("read");
        server.Default = how == "cut" ? begun.Cut() : begun.Reset();
        using var client = Client(isHttp2 ? server.Http2 : server.Http1, options => options.HttpVersion = isHttp2 ? Http.Setup.Http2 : null);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, null, TestStop);
        Assert.True(await stream.MoveNextAsync());
        server.Signal("read");

        var error = Assert.IsType<StreamEndedEarlyException>((await stream.ReadAsync()).Error);

        Assert.StartsWith(beginning, error.Message, StringComparison.Ordinal);
        Assert.Equal("Hello", error.PartialText);
        Assert.NotNull(error.InnerException);
    }

    [Theory]
    [MemberData(nameof(Unknown))]
    public async Task Any_end_of_an_event_stream_of_an_unknown_API_is_accepted(string type, string body, string? message)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", type).Flush().Send(body);
        using var client = Client(server.Http1);
        using var objects = await client.StreamAsync<JsonMap>(HttpMethod.Get, "jobs", null, null, TestStop);
        using var events = await client.StreamAsync<ServerSentEvent>(HttpMethod.Get, "jobs", null, null, TestStop);

        var errors = new[] { (await objects.ReadAsync()).Error, (await events.ReadAsync()).Error };

        Assert.Equal([message, message], errors.Select(error => error?.Message));
        Assert.Equal((message is null, message is null), (objects.IsComplete, events.IsComplete));
    }

    private static string Choice(int index, string? finishReason) =>
        $$"""{"choices":[{"index":{{index}},"text":"x","finish_reason":{{(finishReason is null ? "null" : $"\"{finishReason}\"")}}}]}""";
}
