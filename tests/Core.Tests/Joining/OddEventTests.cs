using Xunit;

namespace OpenAIStream.Tests.Joining;

/// <summary>Events of a response that arrive twice, late, in part, or under another name than OpenAI's.</summary>
public class OddEventTests
{
    private const string Created = """{"type":"response.created","response":{"id":"resp_1","status":"in_progress","output":[]}}""";
    private const string AddedMessage = """{"type":"response.output_item.added","output_index":0,"item":{"id":"m","type":"message","content":[]}}""";
    private const string AddedCall = """{"type":"response.output_item.added","output_index":0,"item":{"id":"c","type":"function_call","name":"f","arguments":""}}""";

    public static TheoryData<string, string[], string> Outputs => new()
    {
        {
            "a call whose end says no arguments",
            [AddedCall, Arguments("{}"), """{"type":"response.output_item.done","output_index":0,"item":{"id":"c","type":"function_call","name":"f"}}"""],
            """{"id":"c","type":"function_call","name":"f","arguments":"{}"}"""
        },
        {
            "a call that is told whole and comes in pieces all the same",
            ["""{"type":"response.output_item.added","output_index":0,"item":{"id":"c","type":"function_call","name":"f","arguments":"{\"a\":1}"}}""", Arguments("""{\"a\":"""), Arguments("1}")],
            """{"id":"c","type":"function_call","name":"f","arguments":"{\"a\":1}"}"""
        },
        {
            "the name of a call at its end alone",
            ["""{"type":"response.function_call_arguments.delta","item_id":"c","delta":"{}"}""", """{"type":"response.function_call_arguments.done","item_id":"c","name":"f","arguments":"{}"}"""],
            """{"id":"c","type":"function_call","name":"f","arguments":"{}"}"""
        },
        {
            "another name at its end, and none",
            [AddedCall, """{"type":"response.function_call_arguments.done","item_id":"c","name":"g","arguments":"{}"}""", """{"type":"response.function_call_arguments.done","item_id":"c","name":"","arguments":"{}"}"""],
            """{"id":"c","type":"function_call","name":"f","arguments":"{}"}"""
        },
        {
            "more of a tool's input behind the end of it",
            [
                """{"type":"response.output_item.added","output_index":0,"item":{"id":"c","type":"custom_tool_call","name":"f"}}""",
                """{"type":"response.custom_tool_call_input.delta","output_index":0,"delta":"ls"}""",
                """{"type":"response.output_item.done","output_index":0,"item":{"id":"c","type":"custom_tool_call","name":"f","input":"ls -l"}}""",
                """{"type":"response.custom_tool_call_input.delta","item_id":"c","output_index":0,"delta":" /"}""",
            ],
            """{"id":"c","type":"custom_tool_call","name":"f","input":"ls -l /"}"""
        },
        {
            "more of a tool's input behind the end of an item without pieces",
            [
                """{"type":"response.output_item.done","output_index":0,"item":{"id":"c","type":"custom_tool_call","name":"f","input":"ls -l"}}""",
                """{"type":"response.custom_tool_call_input.delta","item_id":"c","output_index":0,"delta":" /"}""",
            ],
            """{"id":"c","type":"custom_tool_call","name":"f","input":"ls -l /"}"""
        },
        {
            "a custom tool's input without its item, told whole",
            ["""{"type":"response.custom_tool_call_input.done","item_id":"c","input":"ls"}"""],
            """{"id":"c","type":"custom_tool_call","input":"ls"}"""
        },
        {
            "an MCP tool's arguments without its item, told whole",
            ["""{"type":"response.mcp_call_arguments.done","item_id":"c","arguments":"{}"}"""],
            """{"id":"c","type":"mcp_call","arguments":"{}"}"""
        },
        {
            "code without its item",
            ["""{"type":"response.code_interpreter_call_code.delta","item_id":"c","delta":"1"}"""],
            """{"id":"c","type":"code_interpreter_call","code":"1"}"""
        },
        {
            "reasoning that is announced without its item",
            ["""{"type":"response.content_part.added","item_id":"r","output_index":0,"content_index":0,"part":{"type":"reasoning_text","text":"Hm"}}"""],
            """{"id":"r","type":"reasoning","content":[{"type":"reasoning_text","text":"Hm"}]}"""
        },
        {
            "a summary that is announced as content, without its item",
            ["""{"type":"response.content_part.added","item_id":"r","output_index":0,"content_index":0,"part":{"type":"summary_text","text":"Hm"}}"""],
            """{"id":"r","type":"reasoning","content":[{"type":"summary_text","text":"Hm"}]}"""
        },
        {
            "a summary's part announced behind its text",
            [
                """{"type":"response.reasoning_summary_text.delta","item_id":"r","summary_index":0,"delta":"Thinks"}""",
                """{"type":"response.reasoning_summary_part.added","item_id":"r","summary_index":0,"part":{"type":"summary_text","text":"T"}}""",
            ],
            """{"id":"r","type":"reasoning","summary":[{"type":"summary_text","text":"Thinks"}]}"""
        },
        {
            "a part announced behind its text",
            [AddedMessage, Text("m", "Hello"), """{"type":"response.content_part.added","output_index":0,"content_index":0,"part":{"type":"output_text","text":"H"}}"""],
            """{"id":"m","type":"message","content":[{"type":"output_text","text":"Hello"}]}"""
        },
        {
            "a summary's part told whole behind a piece of it",
            [
                """{"type":"response.reasoning_summary_text.delta","item_id":"r","summary_index":0,"delta":"Thi"}""",
                """{"type":"response.reasoning_summary_part.done","item_id":"r","summary_index":0,"part":{"type":"summary_text","text":"Thinks"}}""",
            ],
            """{"id":"r","type":"reasoning","summary":[{"type":"summary_text","text":"Thinks"}]}"""
        },
        {
            "a part that is told at its beginning alone",
            [
                AddedMessage,
                """{"type":"response.content_part.added","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[{"type":"url_citation"}]}}""",
                """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hi"}""",
                """{"type":"response.content_part.done","output_index":0,"content_index":0}""",
            ],
            """{"id":"m","type":"message","content":[{"type":"output_text","text":"Hi","annotations":[{"type":"url_citation"}]}]}"""
        },
        {
            "a refusal's part told whole behind a piece of it",
            [
                AddedMessage,
                """{"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":"N"}""",
                """{"type":"response.content_part.done","output_index":0,"content_index":0,"part":{"type":"refusal","refusal":"No."}}""",
            ],
            """{"id":"m","type":"message","content":[{"type":"refusal","refusal":"No."}]}"""
        },
        {
            "an item without its place behind others",
            [
                AddedMessage,
                """{"type":"response.output_item.added","output_index":5,"item":{"id":"r","type":"reasoning"}}""",
                """{"type":"response.code_interpreter_call_code.delta","item_id":"c","delta":"1"}""",
            ],
            """{"id":"m","type":"message","content":[]},{"id":"r","type":"reasoning"},{"id":"c","type":"code_interpreter_call","code":"1"}"""
        },
        {
            "code told whole behind a piece of it",
            ["""{"type":"response.code_interpreter_call_code.delta","item_id":"c","delta":"1"}""", """{"type":"response.code_interpreter_call_code.done","item_id":"c","code":"1 + 1"}"""],
            """{"id":"c","type":"code_interpreter_call","code":"1 + 1"}"""
        },
        {
            "an item whose part is empty at its end",
            [AddedMessage, Text("m", "Hi"), """{"type":"response.output_item.done","output_index":0,"item":{"id":"m","type":"message","content":[{"type":"output_text","text":""}]}}"""],
            """{"id":"m","type":"message","content":[{"type":"output_text","text":"Hi"}]}"""
        },
        {
            "an item that has fewer parts at its end",
            [
                AddedMessage,
                """{"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":1,"delta":"B"}""",
                """{"type":"response.output_item.done","output_index":0,"item":{"id":"m","type":"message","content":[{"type":"output_text","text":"A"}]}}""",
            ],
            """{"id":"m","type":"message","content":[{"type":"output_text","text":"A"},{"type":"output_text","text":"B"}]}"""
        },
        {
            "two messages at one index, their text mixed",
            [AddedMessage, """{"type":"response.output_item.added","output_index":0,"item":{"id":"n","type":"message","content":[]}}""", Text("m", "A"), Text("n", "B"), Text("m", "a")],
            """{"id":"m","type":"message","content":[{"type":"output_text","text":"Aa"}]},{"id":"n","type":"message","content":[{"type":"output_text","text":"B"}]}"""
        },
    };

    [Theory]
    [MemberData(nameof(Outputs))]
    public void Their_content_is_in_the_output(string what, string[] events, string output)
    {
        var all = new ResponseAccumulator();
        foreach (string json in events.Prepend(Created))
        {
            all.Add(JsonModel.FromJson<ResponseEvent>(json));
            Assert.True(all.Text == all.Whole.Text, $"{what}: {all.Text}, and in the whole {all.Whole.Text}");
        }

        Assert.Equal(output, Output(all));
        all.Add(JsonModel.FromJson<ResponseEvent>("""{"type":"response.completed","response":{"id":"resp_1","output":[]}}"""));
        Assert.Equal(output, Output(all));
    }

    [Fact]
    public void Fields_about_a_moment_are_not_kept()
    {
        var all = new ResponseAccumulator();
        all.Add(JsonModel.FromJson<ResponseEvent>("""{"type":"response.queued","response":{"id":"r","model":"m","status":"queued","error":{"code":"c"},"incomplete_details":{"reason":"x"},"usage":{"total_tokens":1},"output":[{"type":"reasoning"}]}}"""));
        all.Add(JsonModel.FromJson<ResponseEvent>("""{"type":"response.in_progress","response":{"id":"r"}}"""));
        Assert.Equal("""{"id":"r","model":"m"}""", all.Whole.ToJson());
    }

    [Fact]
    public void A_response_with_another_id_is_another_response()
    {
        var all = new ResponseAccumulator();
        all.Add(JsonModel.FromJson<ResponseEvent>("""{"type":"response.queued","response":{"id":"r","model":"m"}}"""));
        all.Add(JsonModel.FromJson<ResponseEvent>("""{"type":"response.in_progress","response":{"id":"s"}}"""));
        Assert.Equal("""{"id":"s"}""", all.Whole.ToJson());
    }

    [Theory]
    [InlineData( // by their ids, in any order
        """[{"id":"d","type":"function_call","name":"g","arguments":""},{"id":"c","type":"function_call","name":"f","arguments":""}]""",
        """{"id":"d","type":"function_call","name":"g","arguments":"[2]"},{"id":"c","type":"function_call","name":"f","arguments":"[1]"}""")]
    [InlineData( // at their indexes, with other ids
        """[{"id":"x","type":"function_call","name":"f","arguments":""},{"id":"y","type":"function_call","name":"g","arguments":""}]""",
        """{"id":"x","type":"function_call","name":"f","arguments":"[1]"},{"id":"y","type":"function_call","name":"g","arguments":"[2]"}""")]
    [InlineData( // one of them; the other is put back in its place
        """[{"id":"d","type":"function_call","name":"g","arguments":"[3]"}]""",
        """{"id":"d","type":"function_call","name":"g","arguments":"[3]"}""")]
    public void Calls_in_the_last_event_are_filled_from_the_streamed_ones(string told, string output)
    {
        var all = new ResponseAccumulator();
        string[] events =
        [
            Created,
            """{"type":"response.output_item.added","output_index":0,"item":{"id":"c","type":"function_call","status":"in_progress","name":"f","arguments":""}}""",
            """{"type":"response.output_item.added","output_index":1,"item":{"id":"d","type":"function_call","status":"in_progress","name":"g","arguments":""}}""",
            """{"type":"response.function_call_arguments.delta","item_id":"c","output_index":0,"delta":"[1]"}""",
            """{"type":"response.function_call_arguments.delta","item_id":"d","output_index":1,"delta":"[2]"}""",
            """{"type":"response.completed","response":{"id":"resp_1","output":""" + told + "}}",
        ];
        Assert.All(events.Select(JsonModel.FromJson<ResponseEvent>), all.Add);
        Assert.Equal(output, Output(all));
    }

    [Fact]
    public void A_summary_that_is_empty_at_the_end_is_filled_too()
    {
        var all = new ResponseAccumulator();
        string[] events =
        [
            Created,
            """{"type":"response.reasoning_summary_text.delta","item_id":"r","output_index":0,"summary_index":0,"delta":"Thinks"}""",
            """{"type":"response.completed","response":{"id":"resp_1","output":[{"id":"r","type":"reasoning","summary":[{"type":"summary_text","text":""},{"type":"summary_text","text":"more"}]}]}}""",
        ];
        Assert.All(events.Select(JsonModel.FromJson<ResponseEvent>), all.Add);
        Assert.Equal("""{"id":"r","type":"reasoning","summary":[{"type":"summary_text","text":"Thinks"},{"type":"summary_text","text":"more"}]}""", Output(all));
    }

    private static string Arguments(string delta) => $$"""{"type":"response.function_call_arguments.delta","item_id":"c","output_index":0,"delta":"{{delta}}"}""";

    private static string Text(string item, string delta) => $$"""{"type":"response.output_text.delta","item_id":"{{item}}","output_index":0,"content_index":0,"delta":"{{delta}}"}""";

    private static string Output(ResponseAccumulator all) => string.Join(",", all.Whole.Output.Select(static item => item.ToJson()));
}
