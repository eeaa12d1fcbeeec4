using Xunit;

namespace OpenAIStream.Tests.Models;

/// <summary>A model in a string is its readable text.</summary>
public class ModelTextTests
{
    private const string Call = """{"name":"f","arguments":"{\"a\":1}"}""";

    public static readonly (Type Type, string Json, string Text)[] Rows =
    [
        (typeof(ChatCompletion), """{"choices":[{"message":{"content":"Hi"}},{"message":{"content":"Ho"}}]}""", "Hi"),
        (typeof(ChatCompletion), """{"choices":[{"message":{"content":null,"refusal":"No"}}]}""", "No"),
        (typeof(ChatCompletion), """{"choices":[]}""", ""),
        (typeof(ChatCompletionChunk), """{"choices":[{"delta":{"content":"Hi"}}]}""", "Hi"),
        (typeof(ChatCompletionChunk), """{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{"}}]}}]}""", ""),
        (typeof(ChatCompletionChunk), """{"choices":[],"usage":{"total_tokens":3}}""", ""),
        (typeof(Completion), """{"choices":[{"text":"Hi"}]}""", "Hi"),
        (typeof(ChatChoice), """{"message":{"content":"Hi"}}""", "Hi"),
        (typeof(ChatChunkChoice), """{"delta":{"content":"Hi"}}""", "Hi"),
        (typeof(CompletionChoice), """{"text":"Hi"}""", "Hi"),
        (typeof(ChatMessage), """{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url"},{"type":"text","text":"b"}]}""", "ab"),
        (typeof(ChatMessage), """{"role":"assistant","content":null}""", ""),
        (typeof(ChatMessage), """{"role":"assistant","content":"","refusal":null,"audio":{"id":"a","transcript":"Hi"}}""", "Hi"),
        (typeof(ChatMessage), """{"role":"assistant","content":"Written","audio":{"id":"a","transcript":"Said"}}""", "Written"),
        (typeof(ChatMessage), """{"role":"assistant","content":null,"refusal":"No","audio":{"id":"a"}}""", "No"),
        (typeof(ChatCompletionChunk), """{"choices":[{"delta":{"audio":{"transcript":"Hi"}}}]}""", "Hi"),
        (typeof(ChatAudio), """{"id":"a","transcript":"Hi"}""", "Hi"),
        (typeof(ChatAudio), """{"id":"a"}""", ""),
        (typeof(ChatToolCall), $$"""{"id":"c","type":"function","function":{{Call}}}""", """f({"a":1})"""),
        (typeof(ChatToolCall), """{"index":0,"function":{"arguments":"{\"a"}}""", """{"a"""),
        (typeof(ChatToolCall), """{"type":"custom"}""", """{"type":"custom"}"""),
        (typeof(ChatFunctionCall), Call, """f({"a":1})"""),
        (typeof(ChatFunctionCall), "{}", ""),
        (typeof(ChatTool), """{"type":"function","function":{"name":"f"}}""", "f"),
        (typeof(ChatTool), """{"type":"web_search"}""", "web_search"),
        (typeof(ChatTool), """{"a":1}""", """{"a":1}"""),
        (typeof(ChatFunction), """{"name":"f"}""", "f"),
        (typeof(ChatFunction), "{}", "{}"),
        (typeof(TokenLogprob), """{"token":" Hi","logprob":-0.1}""", " Hi"),
        (typeof(TokenLogprob), """{"logprob":-0.1}""", """{"logprob":-0.1}"""),
        (typeof(ModelInfo), """{"id":"gpt-4o"}""", "gpt-4o"),
        (typeof(ModelInfo), """{"a":1}""", """{"a":1}"""),
        (typeof(Usage), """{"prompt_tokens": 1, "total_tokens": 3}""", """{"prompt_tokens":1,"total_tokens":3}"""),
        (typeof(JsonMap), """{"a": [1, null]}""", """{"a":[1,null]}"""),
        (typeof(Response), """{"output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]},{"type":"function_call"}]}""", "Hi"),
        (typeof(ResponseEvent), """{"type":"response.output_text.delta","delta":"Hi"}""", "Hi"),
        (typeof(ResponseEvent), """{"type":"response.output_text.done","text":"Hi"}""", ""),
        (typeof(ResponseEvent), """{"type":"response.created","response":{"output":[]}}""", ""),
        (typeof(ResponseEvent), """{"type":"response.new_kind","x":1}""", ""),
        (typeof(ResponseItem), """{"type":"message","content":[{"type":"output_text","text":"a"},{"type":"refusal","refusal":"b"}]}""", "ab"),
        (typeof(ResponseItem), """{"type":"function_call","name":"f","arguments":"{\"a\":1}"}""", """f({"a":1})"""),
        (typeof(ResponseItem), """{"type":"custom_tool_call","name":"f","input":"x y"}""", "f(x y)"),
        (typeof(ResponseItem), """{"type":"mcp_call","name":"f","arguments":"{}"}""", "f({})"),
        (typeof(ResponseItem), """{"type":"mcp_list_tools","tools":[{"name":"a"},{"name":"b"}]}""", "a, b"),
        (typeof(ResponseItem), """{"type":"mcp_list_tools"}""", """{"type":"mcp_list_tools"}"""),
        (typeof(ResponseItem), """{"type":"reasoning","summary":[{"text":"a"},{"text":"b"}],"content":[{"text":"c"}]}""", "a\n\nb"),
        (typeof(ResponseItem), """{"type":"reasoning","summary":[],"content":[{"text":"c"}]}""", "c"),
        (typeof(ResponseItem), """{"type":"reasoning","summary":[],"encrypted_content":"zzz"}""", ""),
        (typeof(ResponseItem), """{"type":"code_interpreter_call","code":"1+1"}""", "1+1"),
        (typeof(ResponseItem), """{"type":"code_interpreter_call"}""", """{"type":"code_interpreter_call"}"""),
        (typeof(ResponseItem), """{"type":"web_search_call","action":{"type":"search","query":"cats"}}""", "cats"),
        (typeof(ResponseItem), """{"type":"web_search_call","action":{"type":"open_page","url":"https://a.example"}}""", "https://a.example"),
        (typeof(ResponseItem), """{"type":"file_search_call","queries":["a","b"]}""", "a, b"),
        (typeof(ResponseItem), """{"type":"file_search_call"}""", """{"type":"file_search_call"}"""),
        (typeof(ResponseItem), """{"type":"image_generation_call","result":"AQID","revised_prompt":"A cat"}""", "A cat"),
        (typeof(ResponseItem), """{"type":"image_generation_call","result":"AQID"}""", "image of 3 bytes"),
        (typeof(ResponseItem), """{"type":"image_generation_call"}""", """{"type":"image_generation_call"}"""),
        (typeof(ResponseItem), """{"type":"shell_call","action":{"commands":["ls","pwd"]}}""", "ls\npwd"),
        (typeof(ResponseItem), """{"type":"local_shell_call","action":{"command":["ls","-l"]}}""", "ls -l"),
        (typeof(ResponseItem), """{"type":"shell_call_output","output":[{"stdout":"a\n","stderr":"b"},{"stdout":"c"}]}""", "a\nbc"),
        (typeof(ResponseItem), """{"type":"shell_call_output"}""", """{"type":"shell_call_output"}"""),
        (typeof(ResponseItem), """{"type":"apply_patch_call","operation":{"type":"update_file","path":"a.py","diff":"x"}}""", "update_file a.py"),
        (typeof(ResponseItem), """{"type":"apply_patch_call"}""", """{"type":"apply_patch_call"}"""),
        (typeof(ResponseItem), """{"type":"function_call_output","call_id":"c","output":"7 degrees"}""", "7 degrees"),
        (typeof(ResponseItem), """{"type":"custom_tool_call_output","output":[{"type":"input_text","text":"a"},{"type":"input_image"}]}""", "a[input_image]"),
        (typeof(ResponseItem), """{"type":"computer_call_output","output":{"type":"computer_screenshot","image_url":"data:x"}}""", "[computer_screenshot]"),
        (typeof(ResponseItem), """{"type":"apply_patch_call_output","status":"completed"}""", """{"type":"apply_patch_call_output","status":"completed"}"""),
        (typeof(ResponseItem), """{"type":"computer_call","action":{"type":"click","x":1}}""", "click"),
        (typeof(ResponseItem), """{"type":"computer_call","actions":[{"type":"click"},{"type":"type"}]}""", "click, type"),
        (typeof(ResponseItem), """{"type":"computer_call"}""", """{"type":"computer_call"}"""),
        (typeof(ResponseItem), """{"type":"tool_search_call","arguments":{"goal":"mail"}}""", """{"goal":"mail"}"""),
        (typeof(ResponseItem), """{"type":"tool_search_output","tools":[{"type":"function","name":"f"},{"type":"mcp"}]}""", "f, mcp"),
        (typeof(ResponseItem), """{"type":"additional_tools"}""", """{"type":"additional_tools"}"""),
        (typeof(ResponseItem), """{"type":"program","code":"run()"}""", "run()"),
        (typeof(ResponseItem), """{"type":"program_output","result":"7"}""", "7"),
        (typeof(ResponseItem), """{"type":"program"}""", """{"type":"program"}"""),
        (typeof(ResponseItem), """{"type":"configuration_update","reasoning":{"effort":"low"}}""", """{"effort":"low"}"""),
        (typeof(ResponseItem), """{"type":"configuration_update"}""", """{"type":"configuration_update"}"""),
        (typeof(ResponseItem), """{"type":"compaction","encrypted_content":"abc"}""", "3 characters, encrypted"),
        (typeof(ResponseItem), """{"type":"compaction_trigger"}""", """{"type":"compaction_trigger"}"""),
        (typeof(ResponseItem), """{"type":"mcp_approval_response","approve":true}""", "approved"),
        (typeof(ResponseItem), """{"type":"mcp_approval_response","approve":false}""", "refused"),
        (typeof(ResponseItem), """{"type":"new_kind","x":1}""", """{"type":"new_kind","x":1}"""),
        (typeof(ResponseContentPart), """{"type":"output_text","text":"Hi"}""", "Hi"),
        (typeof(ResponseContentPart), """{"type":"refusal","refusal":"No"}""", "No"),
        (typeof(ResponseContentPart), """{"type":"other"}""", """{"type":"other"}"""),
        (typeof(ResponseAnnotation), """{"type":"url_citation","url":"https://a.example","title":"A"}""", "https://a.example"),
        (typeof(ResponseAnnotation), """{"type":"file_citation","file_id":"f1","filename":"a.txt"}""", "a.txt"),
        (typeof(ResponseAnnotation), """{"type":"file_path","file_id":"f1"}""", "f1"),
        (typeof(ResponseAnnotation), """{"type":"other"}""", """{"type":"other"}"""),
        (typeof(ThreadRun), """{"id":"run_1","status":"queued"}""", "run_1"),
        (typeof(ThreadRun), "{}", "{}"),
        (typeof(ThreadToolOutput), """{"tool_call_id":"c","output":"7"}""", "7"),
        (typeof(ThreadToolOutput), """{"tool_call_id":"c"}""", """{"tool_call_id":"c"}"""),
        (typeof(Transcription), """{"text":"Hi"}""", "Hi"),
        (typeof(TranscriptionEvent), """{"type":"transcript.text.delta","delta":"Hi"}""", "Hi"),
        (typeof(TranscriptionEvent), """{"type":"transcript.text.done","text":"Hi"}""", ""),
        (typeof(SpeechEvent), """{"type":"speech.audio.delta","audio":"AQID"}""", ""),
        (typeof(ImageEvent), """{"type":"image_generation.completed","b64_json":"AQID"}""", ""),
        (typeof(ImageResult), """{"data":[{"url":"https://a.example"},{"b64_json":"AQID"},{"url":"https://b.example"}]}""", "https://a.example\nimage of 3 bytes\nhttps://b.example"),
        (typeof(GeneratedImage), """{"b64_json":"AQID","revised_prompt":"A cat"}""", "A cat"),
        (typeof(GeneratedImage), """{"b64_json":"AQIDBA=="}""", "image of 4 bytes"),
        (typeof(GeneratedImage), """{"x":1}""", """{"x":1}"""),
        (typeof(ImageResult), """{"created":1}""", ""),
        (typeof(ChatCompletionRequest), """{"model":"m"}""", """{"model":"m"}"""),
    ];

    public static TheoryData<int> AllRows => [.. Enumerable.Range(0, Rows.Length)];

    public static TheoryData<Type> Models => [.. typeof(JsonModel).Assembly.GetTypes()
        .Where(static type => type.IsSubclassOf(typeof(JsonModel)) && !type.IsAbstract && !type.ContainsGenericParameters).OrderBy(static type => type.Name)];

    [Theory]
    [MemberData(nameof(AllRows))]
    public void In_a_string_a_model_is_its_text(int row)
    {
        var (type, json, text) = Rows[row];
        Assert.Equal(text, Read(type, json).ToString());
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void In_a_string_a_model_is_never_its_type_name(Type type)
    {
        Assert.DoesNotContain(type.Name, Activator.CreateInstance(type)!.ToString());
    }

    [Fact]
    public void An_assistants_event_has_its_text()
    {
        var chunk = new AssistantEvent { Event = "thread.message.delta", ["delta"] = new JsonMap { ["content"] = new[] { new JsonMap { ["text"] = new JsonMap { ["value"] = "Hi" } } } } };
        Assert.Equal("Hi", chunk.ToString());
    }

    [Fact]
    public void An_event_of_a_stream_is_its_data()
    {
        Assert.Equal("a\nb", new ServerSentEvent("ping", "a\nb", "7").ToString());
    }

    [Fact]
    public void An_object_that_contains_itself_has_a_text_too()
    {
        var map = new JsonMap();
        map["self"] = map;
        Assert.Equal("{...}", map.ToString());
    }

    [Fact]
    public void A_property_may_be_named_Item()
    {
        var read = (ResponseOutputItemEvent)JsonModel.FromJson<ResponseEvent>("""{"type":"response.output_item.done","item":{"type":"reasoning","id":"r"}}""");
        Assert.Equal(typeof(ResponseItem), typeof(ResponseOutputItemEvent).GetProperty("Item")!.PropertyType);
        Assert.Equal("r", read.Item!.Id);
        Assert.Same(read.Item, read["item"]);
    }

    private static JsonModel Read(Type type, string json) => JsonModel.Create(type, json);
}
