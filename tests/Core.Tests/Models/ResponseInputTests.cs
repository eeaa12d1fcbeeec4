using Xunit;

namespace OpenAIStream.Tests.Models;

public class ResponseInputTests
{
    [Theory]
    [InlineData("""{"role":"user","content":"hi"}""", """{"role":"user","content":"hi"}""")]
    [InlineData("""{"role":"system","content":"hi"}""", """{"role":"system","content":"hi"}""")]
    [InlineData(
        """{"role":"user","content":[{"type":"text","text":"What?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA==","detail":"low"}}]}""",
        """{"role":"user","content":[{"type":"input_text","text":"What?"},{"type":"input_image","image_url":"data:image/png;base64,AA==","detail":"low"}]}""")]
    [InlineData(
        """{"role":"user","content":[{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AA=="}}]}""",
        """{"role":"user","content":[{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,AA=="}]}""")]
    [InlineData(
        """{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AA==","format":"wav"}},{"type":"newer","x":1}]}""",
        """{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AA==","format":"wav"}},{"type":"newer","x":1}]}""")]
    [InlineData(
        """{"role":"assistant","content":[{"type":"text","text":"So."}],"annotations":[]}""",
        """{"role":"assistant","content":[{"type":"output_text","text":"So."}]}""")]
    [InlineData("""{"role":"assistant","content":null,"refusal":"No."}""", """{"role":"assistant","content":[{"type":"refusal","refusal":"No."}]}""")]
    [InlineData(
        """{"role":"assistant","content":"One moment.","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]}""",
        """{"role":"assistant","content":"One moment."}""",
        """{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"}""")]
    [InlineData("""{"role":"assistant","content":null,"tool_calls":[{"id":"c1","function":{"name":"f"}}]}""", """{"type":"function_call","call_id":"c1","name":"f","arguments":""}""")]
    [InlineData("""{"role":"tool","tool_call_id":"c1","content":"42"}""", """{"type":"function_call_output","call_id":"c1","output":"42"}""")]
    public void A_chat_message_becomes_the_equivalent_items(string message, params string[] items) =>
        Assert.Equal(items, ResponseInput.From(JsonModel.FromJson<ChatMessage>(message)).Select(item => item.ToJson()));
}
