using Xunit;

namespace OpenAIStream.Tests.Models;

public class ResponseEventTests
{
    // As the API reference lists them: 57 of a response, and error.
    private const string Names = """
        response.created response.queued response.in_progress response.completed response.failed response.incomplete error
        response.output_item.added response.output_item.done response.content_part.added response.content_part.done
        response.output_text.delta response.output_text.done response.output_text.annotation.added response.refusal.delta response.refusal.done
        response.function_call_arguments.delta response.function_call_arguments.done response.custom_tool_call_input.delta response.custom_tool_call_input.done
        response.reasoning_summary_part.added response.reasoning_summary_part.done response.reasoning_summary_text.delta response.reasoning_summary_text.done
        response.reasoning_text.delta response.reasoning_text.done
        response.audio.delta response.audio.done response.audio.transcript.delta response.audio.transcript.done
        response.web_search_call.in_progress response.web_search_call.searching response.web_search_call.completed
        response.file_search_call.in_progress response.file_search_call.searching response.file_search_call.completed
        response.code_interpreter_call.in_progress response.code_interpreter_call.interpreting response.code_interpreter_call.completed
        response.code_interpreter_call_code.delta response.code_interpreter_call_code.done
        response.image_generation_call.in_progress response.image_generation_call.generating response.image_generation_call.partial_image response.image_generation_call.completed
        response.mcp_call.in_progress response.mcp_call.completed response.mcp_call.failed response.mcp_call_arguments.delta response.mcp_call_arguments.done
        response.mcp_list_tools.in_progress response.mcp_list_tools.completed response.mcp_list_tools.failed
        response.shell_call_command.added response.shell_call_command.delta response.shell_call_command.done
        response.shell_call_output_content.delta response.shell_call_output_content.done
        """;

    [Fact]
    public void Each_of_the_58_names_has_a_type_that_shows_its_fields()
    {
        string[] names = Names.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(58, names.Distinct().Count());
        Assert.All(names, name =>
        {
            string json = $$"""{"type":"{{name}}","sequence_number":7,"item_id":"i","delta":"d"}""";
            var read = JsonModel.FromJson<ResponseEvent>(json);
            Assert.NotEqual(typeof(ResponseEvent), read.GetType());
            Assert.Equal((name, 7L, json), (read.Type, read.SequenceNumber, read.ToJson()));
        });
    }

    [Fact]
    public void A_name_that_nobody_knows_is_an_event_with_all_it_brought()
    {
        const string Json = """{"type":"response.new_thing.delta","sequence_number":1,"novel":{"x":[1]}}""";
        var read = JsonModel.FromJson<ResponseEvent>(Json);
        Assert.Equal(typeof(ResponseEvent), read.GetType());
        Assert.Equal(Json, read.ToJson());
        Assert.Equal("", read.Text);
    }
}
