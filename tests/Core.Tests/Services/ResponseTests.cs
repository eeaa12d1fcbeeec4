using Microsoft.Extensions.Time.Testing;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Services.Bodies;

namespace OpenAIStream.Tests.Services;

/// <summary>Responses: the streamed content counts, and how they end.</summary>
public class ResponseTests
{
    private const string Created = """{"type":"response.created","response":{"id":"resp_1","object":"response","created_at":5,"model":"m","status":"in_progress","output":[]}}""";
    private const string MessageItem = """{"id":"msg_1","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Hello","annotations":[]}]}""";
    private const string CallItem = """{"id":"fc_1","type":"function_call","call_id":"call_1","name":"f","arguments":"{\"a\":1}"}""";
    private const string Delta = """{"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hello"}""";
    private const string AddedItem = """{"type":"response.output_item.added","output_index":0,"item":{"id":"msg_1","type":"message","role":"assistant","content":[]}}""";

    /// <summary>What is unusual, the events between the first and the last, and the output.</summary>
    public static TheoryData<string, string[], string> Outputs => new()
    {
        { "text without any item", ["""{"type":"response.output_text.delta","delta":"Hel"}""", """{"type":"response.output_text.delta","delta":"lo"}"""], Message("""{"type":"output_text","text":"Hello"}""", id: null) },
        { "text of an item that is named and not told", ["""{"type":"response.output_text.delta","item_id":"msg_9","delta":"Hello"}"""], Message("""{"type":"output_text","text":"Hello"}""", "msg_9") },
        { "another id for the item in each event", [AddedItem, """{"type":"response.output_text.delta","item_id":"x","output_index":0,"content_index":0,"delta":"Hel"}""", """{"type":"response.output_text.delta","item_id":"y","output_index":0,"content_index":0,"delta":"lo"}"""], """{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]}""" },
        { "a part told whole, and no text", [AddedItem, """{"type":"response.content_part.done","output_index":0,"content_index":0,"part":{"type":"output_text","text":"Hello"}}"""], """{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]}""" },
        { "text told whole, and no pieces", [AddedItem, """{"type":"response.output_text.done","output_index":0,"content_index":0,"text":"Hello"}"""], """{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]}""" },
        { "an item told whole, and no pieces", ["""{"type":"response.output_item.done","output_index":0,"item":""" + MessageItem + "}"], MessageItem },
        { "a part and an item that are told empty behind the text", [AddedItem, Delta, """{"type":"response.content_part.done","output_index":0,"content_index":0,"part":{"type":"output_text","text":""}}""", """{"type":"response.output_item.done","output_index":0,"item":{"id":"msg_1","type":"message","role":"assistant","content":[]}}"""], """{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]}""" },
        { "text behind the end of its item", ["""{"type":"response.output_item.done","output_index":0,"item":{"id":"msg_1","type":"message","content":[{"type":"output_text","text":"Hel"}]}}""", """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"lo"}"""], """{"id":"msg_1","type":"message","content":[{"type":"output_text","text":"Hello"}]}""" },
        { "a refusal told whole", [AddedItem, """{"type":"response.refusal.done","output_index":0,"content_index":0,"refusal":"No."}"""], """{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"refusal","refusal":"No."}]}""" },
        { "annotations and probabilities beside the text", [AddedItem, """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hello","logprobs":[{"token":"Hello"}]}""", """{"type":"response.output_text.annotation.added","output_index":0,"content_index":0,"annotation_index":0,"annotation":{"type":"url_citation","url":"u"}}"""], """{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello","annotations":[{"type":"url_citation","url":"u"}],"logprobs":[{"token":"Hello"}]}]}""" },
        { "a call told at its end alone", ["""{"type":"response.output_item.added","output_index":0,"item":{"id":"fc_1","type":"function_call","call_id":"call_1","name":"f","arguments":""}}""", """{"type":"response.function_call_arguments.done","output_index":0,"arguments":"{\"a\":1}"}"""], CallItem },
        { "a call in pieces whose item is told empty", ["""{"type":"response.output_item.added","output_index":0,"item":{"id":"fc_1","type":"function_call","call_id":"call_1","name":"f","arguments":""}}""", """{"type":"response.function_call_arguments.delta","output_index":0,"delta":"{\"a\""}""", """{"type":"response.function_call_arguments.delta","output_index":0,"delta":":1}"}""", """{"type":"response.output_item.done","output_index":0,"item":{"id":"fc_1","type":"function_call","call_id":"call_1","name":"f","arguments":""}}"""], CallItem },
        { "every item at index 0", ["""{"type":"response.output_item.added","output_index":0,"item":{"id":"rs","type":"reasoning","summary":[]}}""", AddedItem, Delta, """{"type":"response.output_item.added","output_index":0,"item":{"id":"fc_1","type":"function_call","call_id":"call_1","name":"f","arguments":""}}""", """{"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":0,"delta":"{\"a\":1}"}"""], """{"id":"rs","type":"reasoning","summary":[]},{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]},""" + CallItem },
        { "reasoning under an older name", ["""{"type":"response.reasoning.delta","item_id":"rs","output_index":0,"content_index":0,"delta":"Hm"}""", """{"type":"response.reasoning.done","item_id":"rs","output_index":0,"content_index":0,"text":"Hmm"}"""], """{"id":"rs","type":"reasoning","content":[{"type":"reasoning_text","text":"Hmm"}]}""" },
        { "a summary told whole", ["""{"type":"response.reasoning_summary_text.done","item_id":"rs","output_index":0,"summary_index":0,"text":"Thinks"}"""], """{"id":"rs","type":"reasoning","summary":[{"type":"summary_text","text":"Thinks"}]}""" },
        { "two calls without ids at one index", ["""{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","call_id":"call_1","name":"f","arguments":""}}""", """{"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"}}""", """{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","call_id":"call_2","name":"g","arguments":""}}""", """{"type":"response.function_call_arguments.delta","output_index":0,"delta":"{\"b\":2}"}"""], """{"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"},{"type":"function_call","call_id":"call_2","name":"g","arguments":"{\"b\":2}"}""" },
        { "another id at the end of the item", ["""{"type":"response.output_item.added","output_index":0,"item":{"id":"x","type":"message","role":"assistant","content":[]}}""", """{"type":"response.output_text.delta","output_index":0,"delta":"Hel"}""", """{"type":"response.output_item.done","output_index":0,"item":""" + MessageItem + "}"], MessageItem },
        { "text before its item, which has no id then", ["""{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hello"}""", AddedItem], Message("""{"type":"output_text","text":"Hello"}""", "msg_1") },
        { "an item that is told once more without its id", [AddedItem, Delta, """{"type":"response.output_item.added","output_index":0,"item":{"type":"message","role":"assistant","content":[]}}"""], Message("""{"type":"output_text","text":"Hello"}""", id: null) },
        { "an item without an index behind one that has one", ["""{"type":"response.output_item.added","output_index":3,"item":{"id":"msg_1","type":"message","role":"assistant","content":[]}}""", """{"type":"response.output_text.delta","item_id":"msg_1","delta":"Hello"}""", """{"type":"response.output_item.done","item":""" + CallItem + "}"], Message("""{"type":"output_text","text":"Hello"}""", "msg_1") + "," + CallItem },
        { "a part of a summary that is announced and not told", ["""{"type":"response.output_item.added","output_index":0,"item":{"id":"rs","type":"reasoning","summary":[]}}""", """{"type":"response.reasoning_summary_part.added","item_id":"rs","output_index":0,"summary_index":0}""", """{"type":"response.reasoning_summary_text.delta","item_id":"rs","output_index":0,"summary_index":0,"delta":"Thinks"}"""], """{"id":"rs","type":"reasoning","summary":[{"type":"summary_text","text":"Thinks"}]}""" },
    };

    /// <summary>What is unusual about the last event, the event, and the output.</summary>
    public static TheoryData<string, string, string> Ends => new()
    {
        { "no output", """{"id":"resp_1","status":"completed"}""", Streamed },
        { "an empty id", """{"id":"","status":"completed"}""", Streamed },
        { "an empty output", """{"id":"resp_1","status":"completed","output":[]}""", Streamed },
        { "an output that is null", """{"id":"resp_1","status":"completed","output":null}""", Streamed },
        { "a message without text", """{"id":"resp_1","status":"completed","output":[{"id":"msg_1","type":"message","role":"assistant","content":[]},{"id":"fc_1","type":"function_call","call_id":"call_1","name":"f","arguments":""}]}""", Streamed },
        { "a message with an empty text, and no call", """{"id":"resp_1","status":"completed","output":[{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":""}]}]}""", Streamed },
        { "other ids", """{"id":"resp_1","status":"completed","output":[{"id":"x","type":"message","role":"assistant","content":[]},{"id":"y","type":"function_call","call_id":"call_1","name":"f","arguments":"{}"}]}""", """{"id":"x","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]},{"id":"y","type":"function_call","call_id":"call_1","name":"f","arguments":"{}"}""" },
        { "another text", """{"id":"resp_1","status":"completed","output":[{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello!"}]}]}""", """{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello!"}]},""" + CallItem },
    };

    /// <summary>Last events: how they read, and the status, the reason, and the last line shown.</summary>
    public static TheoryData<string, string, string, string> Statuses => new()
    {
        { """{"type":"response.completed","response":{"id":"resp_1","status":"completed"}}""", "completed", "completed", "" },
        { """{"type":"response.completed","response":{"id":"resp_1"}}""", "completed", "completed", "" },
        { """{"type":"response.completed","response":{"id":"resp_1","status":"in_progress"}}""", "completed", "completed", "" },
        { """{"type":"response.completed","response":{"id":"resp_1","status":"queued"}}""", "completed", "completed", "" },
        { """{"type":"response.completed","response":{"id":"resp_1","status":""}}""", "completed", "completed", "" },
        { """{"type":"response.completed"}""", "completed", "completed", "" },
        { """{"type":"response.done","response":{"id":"resp_1","status":"completed"}}""", "completed", "completed", "" },
        { """{"type":"response.done"}""", "completed", "completed", "" },
        { """{"type":"response.completed","response":{"id":"resp_1","status":"incomplete","incomplete_details":{"reason":"content_filter"}}}""", "incomplete", "content_filter", "[stopped: content_filter]\n" },
        { """{"type":"response.done","response":{"id":"resp_1","status":"incomplete"}}""", "incomplete", "incomplete", "[stopped: incomplete]\n" },
        { """{"type":"response.incomplete","response":{"id":"resp_1","status":"incomplete","incomplete_details":{"reason":"steered"}}}""", "incomplete", "steered", "[stopped: steered]\n" },
        { """{"type":"response.incomplete","response":{"id":"resp_1","incomplete_details":null}}""", "incomplete", "incomplete", "[stopped: incomplete]\n" },
        { """{"type":"response.cancelled","response":{"id":"resp_1","status":"cancelled"}}""", "cancelled", "cancelled", "[stopped: cancelled]\n" },
    };

    private static TransportKind[] Transports => [TransportKind.Http, TransportKind.WebSocket];

    private static string Streamed => """{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]},""" + CallItem;

    [Theory]
    [MemberData(nameof(Outputs))]
    public async Task The_streamed_items_are_the_output_if_the_last_event_has_none(string what, string[] events, string output)
    {
        var outcome = await Respond([Created, .. events, """{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[]}}"""]);
        Assert.True(outcome.Error is null, $"{what}: {outcome.Error}");
        string whole = Output(outcome.Response);
        Assert.True(whole == output, $"{what}: {whole}");
        Assert.Equal(("m", 5), (outcome.Response.Model, outcome.Response.Created?.ToUnixTimeSeconds())); // from the first event
        if (outcome.Response.Text.Length > 0)
        {
            Assert.Equal(outcome.Response.Text, Answer(outcome.Shown)); // once
        }

        // The same when the stream is cut off.
        var cut = new ResponseAccumulator();
        foreach (string json in events.Prepend(Created))
        {
            cut.Add(JsonModel.FromJson<ResponseEvent>(json));
            Assert.Equal(cut.Text, cut.Whole.Text);
        }

        Assert.Equal(output, Output(cut.Whole));
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Fields_missing_from_the_last_event_are_filled_from_the_stream(string what, string response, string output)
    {
        var outcome = await Respond(
            Created, AddedItem, Delta,
            """{"type":"response.output_item.added","output_index":1,"item":{"id":"fc_1","type":"function_call","call_id":"call_1","name":"f","arguments":""}}""",
            """{"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":1,"delta":"{\"a\":1}"}""",
            $$"""{"type":"response.completed","response":{{response}}}""");
        Assert.True(outcome.Error is null, $"{what}: {outcome.Error}");
        string whole = Output(outcome.Response);
        Assert.True(whole == output, $"{what}: {whole}");
        Assert.Equal("resp_1", outcome.Response.Id);
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void Joining_does_not_change_the_events(string what, string response, string output)
    {
        string[] events = [Created, AddedItem, Delta, $$"""{"type":"response.completed","response":{{response}}}"""];
        ResponseEvent[] chunks = [.. events.Select(JsonModel.FromJson<ResponseEvent>)];
        var all = new ResponseAccumulator();
        Assert.All(chunks, all.Add);
        Assert.True(Output(all.Whole).Length <= output.Length, what);
        Assert.Equal(events, chunks.Select(static chunk => chunk.ToJson()));
    }

    [Fact]
    public void The_fields_of_the_first_event_stay_when_the_id_comes_later()
    {
        var all = new ResponseAccumulator();
        all.Add(JsonModel.FromJson<ResponseEvent>("""{"type":"response.created","response":{"id":"","model":"m"}}"""));
        all.Add(JsonModel.FromJson<ResponseEvent>("""{"type":"response.completed","response":{"id":"resp_1"}}"""));
        Assert.Equal(("resp_1", "m"), (all.Whole.Id, all.Whole.Model));
    }

    [Fact]
    public void A_whole_response_stays_unchanged()
    {
        const string Whole = """{"id":"r","object":"response","output":[]}""";
        var all = new ResponseAccumulator();
        all.Add(JsonModel.FromJson<ResponseEvent>(Whole));
        Assert.Equal(Whole, all.Whole.ToJson());
    }

    [Theory]
    [InlineData("""{"type":"response.output_text.done","item_id":"msg_1","output_index":0,"content_index":0,"text":"Hello"}""")]
    [InlineData(Delta, """{"type":"response.output_text.done","item_id":"msg_1","output_index":0,"content_index":0,"text":"Hello"}""")]
    [InlineData("""{"type":"response.output_text.done","text":"Hello"}""")]
    [InlineData("""{"type":"response.some_new.event","message":"none","code":"x"}""", Delta)]
    public async Task Text_before_a_break_counts_once_however_it_arrived(params string[] events) =>
        Assert.Equal("Hello", Assert.IsType<StreamEndedEarlyException>((await Respond([Created, AddedItem, .. events])).Error).PartialText);

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task A_response_ends_as_its_last_event_says(string last, string status, string reason, string shown)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Stream(Created, AddedItem, Delta, last);
        foreach (var transport in Transports)
        {
            using var client = Http.Setup.Client(server.Http1, options => options.Transport = transport);
            using var stream = await client.Responses.CreateStreamingAsync(new() { Input = "hi" }, null, TestContext.Current.CancellationToken);
            while (await stream.MoveNextAsync())
            {
            }

            Assert.Equal((true, reason), (stream.IsComplete, stream.FinishReason));
        }

        var outcome = await Respond(Created, AddedItem, Delta, last);
        Assert.Equal((null, status, "Hello"), (outcome.Error, outcome.Response.Status, outcome.Response.Text));
        Assert.Equal("Hello\n" + shown, outcome.Shown);
    }

    [Theory]
    [InlineData("""{"type":"keepalive","sequence_number":1}""")]
    [InlineData("""{"type":"ping"}""")]
    [InlineData("""{"type":"response.keep_alive"}""")]
    [InlineData("""{"type":"response.some_new.event"}""")]
    public async Task A_stream_of_only_such_events_is_cut_off(string alive)
    {
        Assert.IsType<StreamEndedEarlyException>((await Respond(alive, alive)).Error);
        Assert.IsType<StreamEndedEarlyException>((await Respond(Created, alive)).Error);
    }

    [Theory]
    [InlineData(TransportKind.Http)]
    [InlineData(TransportKind.WebSocket)]
    public async Task Keepalive_events_restart_the_timer_for_silence(TransportKind transport)
    {
        const string Alive = "event: keepalive\ndata: {\"type\":\"keepalive\"}\n\n";
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Stream(Created).WaitFor("1").Send(Alive).WaitFor("2").Send(Alive).WaitFor("3").Send(Event("""{"type":"response.completed"}"""));
        var clock = new FakeTimeProvider();
        using var client = Http.Setup.Client(server.Http1, options => (options.Transport, options.TimeProvider, options.ConnectionTimeout, options.OperationTimeout) =
            (transport, clock, Timeout.InfiniteTimeSpan, TimeSpan.FromSeconds(10)));
        using var stream = await client.Responses.CreateStreamingAsync(new() { Input = "hi" }, null, TestContext.Current.CancellationToken);
        Assert.True(await stream.MoveNextAsync());
        foreach (string signal in new[] { "1", "2", "3" })
        {
            var moving = stream.MoveNextAsync();
            clock.Advance(TimeSpan.FromSeconds(8));
            server.Signal(signal);
            Assert.True(await moving);
        }

        Assert.False(await stream.MoveNextAsync());
        Assert.True(stream.IsComplete);
    }

    [Theory]
    [InlineData(""" "status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}, """, "max_output_tokens")]
    [InlineData(""" "status":"completed", """, "completed")]
    public async Task A_whole_response_instead_of_a_stream_ends_it(string status, string reason)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"id":"r","object":"response",""" + status + """ "output":[]}""");
        foreach (var transport in Transports)
        {
            using var client = Http.Setup.Client(server.Http1, options => options.Transport = transport);
            using var stream = await client.Responses.CreateStreamingAsync(new() { Input = "hi" }, null, TestContext.Current.CancellationToken);
            Assert.True(await stream.MoveNextAsync());
            if (transport == TransportKind.WebSocket)
            {
                Assert.True(await stream.MoveNextAsync()); // there it is told by its first and its last event
            }

            Assert.False(await stream.MoveNextAsync());
            Assert.Equal((true, reason), (stream.IsComplete, stream.FinishReason));
        }
    }

    [Fact]
    public async Task A_whole_response_has_the_finish_reason_of_its_stream()
    {
        var outcome = await Ask("response-whole", Reply.Json(200, $$"""{"id":"r","object":"response","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[{{MessageItem}}]}"""));
        outcome.Says("Hello");
        Assert.Equal("Hello\n[stopped: max_output_tokens]\n", outcome.Shown);
    }

    [Fact]
    public async Task Commentary_is_not_part_of_the_answer()
    {
        string[] events =
        [
            Created,
            """{"type":"response.output_item.added","output_index":0,"item":{"id":"c","type":"message","role":"assistant","phase":"commentary","content":[]}}""",
            """{"type":"response.output_text.delta","item_id":"c","output_index":0,"content_index":0,"delta":"Looking."}""",
            """{"type":"response.output_item.done","output_index":0,"item":{"id":"c","type":"message","role":"assistant","phase":"commentary","content":[{"type":"output_text","text":"Looking."}]}}""",
            """{"type":"response.output_item.added","output_index":1,"item":{"id":"f","type":"message","role":"assistant","phase":"final_answer","content":[]}}""",
            """{"type":"response.output_text.delta","item_id":"f","output_index":1,"content_index":0,"delta":"Hello"}""",
        ];
        var outcome = await Respond([.. events, """{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[]}}"""]);
        Assert.Equal(("Hello", 2), (outcome.Response.Text, outcome.Response.Output.Count));
        Assert.Equal("[commentary] Looking.\n\nHello\n", outcome.Shown);
        Assert.Equal("Hello", (await Respond(events)).Error!.PartialText);
    }

    [Theory]
    [InlineData(""" "output_index":0, """, """ "item_id":"c", """, """ "item_id":"f", """)] // the item has both, its text only the id
    [InlineData("", """ "item_id":"c", """, """ "item_id":"f", """)]
    [InlineData(""" "output_index":0, """, """ "output_index":0, """, """ "output_index":1, """)]
    [InlineData(""" "output_index":0, """, """ "item_id":"c","output_index":0, """, """ "item_id":"f","output_index":0, """)] // every item at one index
    public async Task Commentary_is_recognized_by_its_id_or_its_index(string added, string commentary, string answer)
    {
        string[] events =
        [
            Created,
            """{"type":"response.output_item.added",""" + added + """ "item":{"id":"c","type":"message","role":"assistant","phase":"commentary","content":[]}}""",
            """{"type":"response.output_text.delta",""" + commentary + """ "delta":"Looking."}""",
            """{"type":"response.output_text.done",""" + commentary + """ "text":"Looking."}""",
            """{"type":"response.output_text.delta",""" + answer + """ "delta":"Hello"}""",
        ];
        Assert.Equal("Hello", (await Respond(events)).Error!.PartialText);
        Assert.Equal("HelloHello", (await Respond([.. events, Created, """{"type":"response.output_text.done",""" + commentary + """ "text":"Hello"}"""])).Error!.PartialText); // another response
    }

    [Fact]
    public async Task The_whole_texts_of_two_items_are_both_kept() =>
        Assert.Equal("AB", (await Respond(
            Created,
            """{"type":"response.output_text.delta","item_id":"a","delta":"A"}""",
            """{"type":"response.output_text.done","item_id":"a","text":"A"}""",
            """{"type":"response.output_text.done","item_id":"b","text":"B"}""")).Error!.PartialText);

    [Theory]
    [InlineData("""{"type":"response.failed","response":{"status":"failed","error":{"code":"c","message":"m"}}}""", "m", "c")]
    [InlineData("""{"type":"response.completed","response":{"status":"failed","error":{"code":"c","message":"m"}}}""", "m", "c")]
    [InlineData("""{"type":"response.done","response":{"status":"failed","error":{"code":"c","message":"m"}}}""", "m", "c")]
    [InlineData("""{"type":"response.completed","response":{"status":"failed","error":null}}""", "The response failed.", null)]
    [InlineData("""{"type":"response.error","error":{"code":"c","message":"m"}}""", "m", "c")]
    [InlineData("""{"type":"error","code":"c","message":"m"}""", "m", "c")]
    [InlineData("""{"type":"error","error":{"type":"t","code":"c","message":"m"}}""", "m", "c")]
    [InlineData("""{"code":"c","message":"m"}""", "m", "c")]
    public async Task A_response_that_failed_is_an_error(string last, string message, string? code)
    {
        var outcome = await Respond(Created, AddedItem, Delta, last);
        outcome.Fails<ApiException>(message, partialText: "Hello");
        Assert.Equal(code, outcome.Error!.Code);
    }

    [Fact]
    public async Task A_whole_response_that_failed_is_an_error() => (await Ask("response-whole", Reply.Json(200, """{"id":"r","object":"response","status":"failed","error":null,"output":[]}""")))
        .Fails<ApiException>("The response failed.");

    private static string Answer(string shown) => string.Concat(shown.Split('\n').Select(line => line.Replace("[refused] ", "", StringComparison.Ordinal)).Where(line => line.Length > 0 && line[0] != '['));

    private static string Message(string content, string? id) =>
        "{" + (id is null ? "" : $"\"id\":\"{id}\",") + $"\"type\":\"message\",\"role\":\"assistant\",\"content\":[{content}]}}";

    private static string Output(Response response) => string.Join(",", response.Output.Select(item => item.ToJson()));
}
