using Xunit;

namespace OpenAIStream.Tests.Joining;

/// <summary>A response whose stream was cut off: its output is the content of the events so far.</summary>
public class CutResponseTests
{
    private const string Created = """{"type":"response.created","response":{"id":"resp_1","status":"in_progress","output":[]}}""";

    public static TheoryData<string, string[], string> Outputs => new()
    {
        {
            "text of two parts, out of order",
            [
                Added(0, """{"id":"m","type":"message","role":"assistant","content":[]}"""),
                """{"type":"response.content_part.added","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}""",
                """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"One"}""",
                """{"type":"response.content_part.added","output_index":0,"content_index":1,"part":{"type":"output_text","text":"","annotations":[]}}""",
                """{"type":"response.output_text.delta","output_index":0,"content_index":1,"delta":"Two"}""",
                """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":" and more"}""",
            ],
            """{"id":"m","type":"message","role":"assistant","content":[{"type":"output_text","text":"One and more","annotations":[]},{"type":"output_text","text":"Two","annotations":[]}]}"""
        },
        {
            "text whose part was not announced",
            [Added(0, """{"type":"message","content":[]}"""), """{"type":"response.output_text.delta","output_index":0,"delta":"One"}"""],
            """{"type":"message","content":[{"type":"output_text","text":"One"}]}"""
        },
        {
            "a part that is announced and still empty",
            [Added(0, """{"type":"message","content":[]}"""), """{"type":"response.content_part.added","output_index":0,"content_index":0,"part":{"type":"output_text","text":""}}"""],
            """{"type":"message","content":[{"type":"output_text","text":""}]}"""
        },
        {
            "a part that is announced with its text",
            [Added(0, """{"type":"message","content":[]}"""), """{"type":"response.content_part.added","output_index":0,"content_index":0,"part":{"type":"output_text","text":"Whole"}}"""],
            """{"type":"message","content":[{"type":"output_text","text":"Whole"}]}"""
        },
        {
            "a part that is done, with its annotations",
            [
                Added(0, """{"type":"message","content":[]}"""),
                """{"type":"response.content_part.added","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}""",
                """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"See [1]"}""",
                """{"type":"response.output_text.done","output_index":0,"content_index":0,"text":"See [1]"}""",
                """{"type":"response.content_part.done","output_index":0,"content_index":0,"part":{"type":"output_text","text":"See [1]","annotations":[{"type":"url_citation","url":"https://a.example"}]}}""",
            ],
            """{"type":"message","content":[{"type":"output_text","text":"See [1]","annotations":[{"type":"url_citation","url":"https://a.example"}]}]}"""
        },
        {
            "a refusal, announced",
            [
                Added(0, """{"type":"message","content":[]}"""),
                """{"type":"response.content_part.added","output_index":0,"content_index":0,"part":{"type":"refusal","refusal":""}}""",
                """{"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":"I can"}""",
                """{"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":"not."}""",
                """{"type":"response.refusal.done","output_index":0,"content_index":0,"refusal":"I cannot."}""",
            ],
            """{"type":"message","content":[{"type":"refusal","refusal":"I cannot."}]}"""
        },
        {
            "a refusal that was not announced",
            [Added(0, """{"type":"message","content":[]}"""), """{"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":"No."}"""],
            """{"type":"message","content":[{"type":"refusal","refusal":"No."}]}"""
        },
        {
            "a summary of two parts, the second not announced",
            [
                Added(0, """{"type":"reasoning","summary":[]}"""),
                """{"type":"response.reasoning_summary_part.added","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":""}}""",
                """{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"First "}""",
                """{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"thought"}""",
                """{"type":"response.reasoning_summary_text.done","output_index":0,"summary_index":0,"text":"First thought"}""",
                """{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":1,"delta":"Second"}""",
            ],
            """{"type":"reasoning","summary":[{"type":"summary_text","text":"First thought"},{"type":"summary_text","text":"Second"}]}"""
        },
        {
            "reasoning beside its summary",
            [
                Added(0, """{"type":"reasoning","summary":[]}"""),
                """{"type":"response.reasoning_text.delta","output_index":0,"content_index":0,"delta":"Hm"}""",
                """{"type":"response.reasoning_text.delta","output_index":0,"content_index":0,"delta":"m"}""",
                """{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"Thinks"}""",
            ],
            """{"type":"reasoning","summary":[{"type":"summary_text","text":"Thinks"}],"content":[{"type":"reasoning_text","text":"Hmm"}]}"""
        },
        {
            "a function's arguments",
            [
                Added(0, """{"type":"function_call","name":"f","call_id":"c","arguments":""}"""),
                """{"type":"response.function_call_arguments.delta","output_index":0,"delta":"{\"a\""}""",
                """{"type":"response.function_call_arguments.delta","output_index":0,"delta":":1}"}""",
                """{"type":"response.function_call_arguments.done","output_index":0,"arguments":"{\"a\":1}"}""",
            ],
            """{"type":"function_call","name":"f","call_id":"c","arguments":"{\"a\":1}"}"""
        },
        {
            "a function's arguments that are still to come",
            [Added(0, """{"type":"function_call","name":"f"}"""), """{"type":"response.function_call_arguments.delta","output_index":0,"delta":""}"""],
            """{"type":"function_call","name":"f"}"""
        },
        {
            "an MCP tool's arguments, and its progress",
            [
                Added(0, """{"type":"mcp_call","name":"f"}"""),
                """{"type":"response.mcp_call.in_progress","output_index":0}""",
                """{"type":"response.mcp_call_arguments.delta","output_index":0,"delta":"{}"}""",
            ],
            """{"type":"mcp_call","name":"f","arguments":"{}"}"""
        },
        {
            "a custom tool's input",
            [
                Added(0, """{"type":"custom_tool_call","name":"f","input":""}"""),
                """{"type":"response.custom_tool_call_input.delta","output_index":0,"delta":"ls "}""",
                """{"type":"response.custom_tool_call_input.delta","output_index":0,"delta":"-l"}""",
                """{"type":"response.custom_tool_call_input.done","output_index":0,"input":"ls -l"}""",
            ],
            """{"type":"custom_tool_call","name":"f","input":"ls -l"}"""
        },
        {
            "the code interpreter's code",
            [
                Added(0, """{"type":"code_interpreter_call","code":""}"""),
                """{"type":"response.code_interpreter_call_code.delta","output_index":0,"delta":"1"}""",
                """{"type":"response.code_interpreter_call_code.delta","output_index":0,"delta":" + 1"}""",
                """{"type":"response.code_interpreter_call_code.done","output_index":0,"code":"1 + 1"}""",
            ],
            """{"type":"code_interpreter_call","code":"1 + 1"}"""
        },
        {
            "two items, the second first; what comes after the end of one counts",
            [
                Added(1, """{"type":"message","content":[]}"""),
                Added(0, """{"type":"reasoning","summary":[]}"""),
                """{"type":"response.output_text.delta","output_index":1,"content_index":0,"delta":"Hi"}""",
                """{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"Thinks"}""",
                """{"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","summary":[{"type":"summary_text","text":"Thought"}]}}""",
                """{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":" too late"}""",
            ],
            """{"type":"reasoning","summary":[{"type":"summary_text","text":"Thought too late"}]},{"type":"message","content":[{"type":"output_text","text":"Hi"}]}"""
        },
        {
            "pieces of an item that is not there",
            [Added(0, """{"type":"message","content":[]}"""), """{"type":"response.output_text.delta","output_index":7,"content_index":0,"delta":"?"}""", """{"type":"response.output_text.delta","delta":"!"}"""],
            """{"type":"message","content":[]},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"?!"}]}"""
        },
        {
            "an item without its place is the first",
            ["""{"type":"response.output_item.added","item":{"type":"message","content":[]}}""", """{"type":"response.output_text.delta","output_index":0,"delta":"Hi"}"""],
            """{"type":"message","content":[{"type":"output_text","text":"Hi"}]}"""
        },
        {
            "a later state of the response, and an item event that holds none",
            [
                Added(0, """{"type":"message","content":[]}"""),
                """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hi"}""",
                """{"type":"response.in_progress","response":{"id":"resp_1","status":"in_progress","output":[]}}""",
                """{"type":"response.output_item.done","output_index":0}""",
            ],
            """{"type":"message","content":[{"type":"output_text","text":"Hi"}]}"""
        },
    };

    [Theory]
    [MemberData(nameof(Outputs))]
    public void The_output_is_joined_from_the_events(string what, string[] events, string output)
    {
        var joined = new ResponseAccumulator();
        joined.Add(Event(Created));
        foreach (string json in events)
        {
            var one = Event(json);
            joined.Add(one);
            _ = joined.Whole; // reading it changes nothing
            Assert.Equal(json, one.ToJson()); // nor do later events change earlier ones
        }

        string expected = $$"""{"id":"resp_1","status":"in_progress","output":[{{output}}]}""";
        Assert.True(expected == joined.Whole.ToJson(), $"{what}: {joined.Whole.ToJson()}");
        Assert.Equal(events.Length + 1, joined.Count);
    }

    [Fact]
    public void Before_the_first_item_the_response_is_the_one_that_the_service_sent()
    {
        var joined = new ResponseAccumulator();
        Assert.Equal("{}", joined.Whole.ToJson());
        Assert.Null(joined.ResponseId);
        var created = (ResponseLifecycleEvent)Event(Created);
        joined.Add(created);

        Assert.Same(created.Response, joined.Whole);
        Assert.Equal("resp_1", joined.ResponseId);
    }

    [Theory]
    [InlineData("response.completed", "completed")]
    [InlineData("response.done", "completed")]
    [InlineData("response.failed", "failed")]
    [InlineData("response.incomplete", "incomplete")]
    [InlineData("response.cancelled", "cancelled")]
    [InlineData("response.in_progress", "in_progress")]
    [InlineData("response.queued", "in_progress")]
    public void A_response_has_the_status_of_its_last_event(string last, string status)
    {
        var joined = new ResponseAccumulator();
        joined.Add(Event(Created));
        joined.Add(Event(Added(0, """{"type":"message","content":[]}""")));
        joined.Add(Event($$$"""{"type":"{{{last}}}"}"""));
        Assert.Equal($$$"""{"id":"resp_1","status":"{{{status}}}","output":[{"type":"message","content":[]}]}""", joined.Whole.ToJson());
    }

    [Fact]
    public void A_complete_response_equals_the_one_that_the_service_reports()
    {
        var joined = new ResponseAccumulator();
        joined.Add(Event(Created));
        joined.Add(Event(Added(0, """{"id":"m","type":"message","content":[]}""")));
        var end = (ResponseLifecycleEvent)Event("""{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[{"id":"m","type":"message","content":[{"type":"output_text","text":"Hi"}]}]}}""");
        joined.Add(end);
        Assert.Same(end.Response, joined.Whole);
    }

    [Fact]
    public void The_last_event_stays_unchanged()
    {
        const string End = """{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[]}}""";
        var joined = new ResponseAccumulator();
        joined.Add(Event(Created));
        joined.Add(Event(Added(0, """{"type":"message","content":[]}""")));
        var end = Event(End);
        joined.Add(end);
        Assert.Equal("""{"id":"resp_1","status":"completed","output":[{"type":"message","content":[]}]}""", joined.Whole.ToJson());
        Assert.Equal(End, end.ToJson());
    }

    [Fact]
    public void Another_response_starts_over()
    {
        var joined = new ResponseAccumulator();
        joined.Add(Event(Created));
        joined.Add(Event(Added(0, """{"type":"message","content":[]}""")));
        joined.Add(Event("""{"type":"response.completed","response":{"id":"resp_1","output":[]}}"""));
        joined.Add(Event("""{"type":"response.created","response":{"id":"resp_2"}}"""));
        Assert.Equal("""{"id":"resp_2"}""", joined.Whole.ToJson());

        joined.Add(Event(Added(1, """{"type":"reasoning"}""")));
        Assert.Equal("""{"id":"resp_2","output":[{"type":"reasoning"}]}""", joined.Whole.ToJson());
        Assert.Equal("resp_2", joined.ResponseId);
    }

    [Fact]
    public void The_sequence_number_is_that_of_the_last_event_that_had_one()
    {
        var joined = new ResponseAccumulator();
        Assert.Null(joined.SequenceNumber);
        joined.Add(Event("""{"type":"response.queued","sequence_number":3}"""));
        joined.Add(Event("""{"type":"response.of.tomorrow","sequence_number":4}"""));
        joined.Add(Event("""{"type":"response.in_progress"}"""));
        Assert.Equal(4, joined.SequenceNumber);
    }

    [Fact]
    public void Its_text_is_the_readable_text()
    {
        var joined = new ResponseAccumulator();
        joined.Add(Event(Created));
        joined.Add(Event(Added(0, """{"type":"message","content":[]}""")));
        joined.Add(Event("""{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Good "}"""));
        Assert.Equal("Good ", joined.Text);
        joined.Add(Event("""{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"day"}"""));
        Assert.Equal("Good day", joined.Text);

        // The service's final version of an item, and of the response, counts.
        joined.Add(Event("""{"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"Good day."}]}}"""));
        Assert.Equal("Good day.", joined.Text);
        joined.Add(Event("""{"type":"response.completed","response":{"id":"r","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"Good day!"}]}]}}"""));
        Assert.Equal("Good day!", joined.Text);
    }

    private static string Added(int index, string item) => $$"""{"type":"response.output_item.added","output_index":{{index}},"item":""" + item + "}";

    private static ResponseEvent Event(string json) => JsonModel.FromJson<ResponseEvent>(json);
}
