using System.Text.Json;
using Xunit;

namespace OpenAIStream.Tests.Joining;

public class JoinedCapturesTests
{
    public static TheoryData<string> Chat => [.. Captures.Files("chat")];

    public static TheoryData<string> Responses => [.. Captures.Files("responses")];

    [Theory]
    [MemberData(nameof(Chat))]
    public void Chat_chunks_join_to_their_text_and_arguments(string file)
    {
        var joined = new ChatCompletionAccumulator();
        var texts = new SortedDictionary<int, string>();
        var arguments = new SortedDictionary<(int, int), string>();
        foreach (string payload in Captures.Payloads(file))
        {
            joined.Add(JsonModel.FromJson<ChatCompletionChunk>(payload));
            using var document = JsonDocument.Parse(payload);
            foreach (var choice in document.RootElement.GetProperty("choices").EnumerateArray())
            {
                int index = choice.GetProperty("index").GetInt32();
                var delta = choice.GetProperty("delta");
                texts[index] = texts.GetValueOrDefault(index, "") + (delta.TryGetProperty("content", out var content) ? content.GetString() : "");
                foreach (var call in delta.TryGetProperty("tool_calls", out var calls) && calls.ValueKind == JsonValueKind.Array ? calls.EnumerateArray().ToArray() : [])
                {
                    var key = (index, call.GetProperty("index").GetInt32());
                    arguments[key] = arguments.GetValueOrDefault(key, "") + call.GetProperty("function").GetProperty("arguments").GetString();
                }
            }
        }

        var whole = joined.Whole;
        Assert.Equal("chat.completion", whole.Object);
        Assert.Equal(texts.Keys, whole.Choices.Select(choice => choice.Index));
        Assert.Equal(texts.Values, whole.Choices.Select(choice => choice.Message!.Content ?? ""));
        Assert.Equal(arguments.Values, whole.Choices.SelectMany(choice => choice.Message!.ToolCalls).Select(call => call.Function!.Arguments!));
        Assert.All(whole.Choices, choice => Assert.Equal("assistant", choice.Message!.Role));
        Assert.All(whole.Choices, choice => Assert.NotNull(choice.FinishReason));
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public void The_items_of_a_response_join_to_the_service_s_final_response(string file)
    {
        var events = Captures.Payloads(file).Select(JsonModel.FromJson<ResponseEvent>).ToArray();
        var last = events.OfType<ResponseLifecycleEvent>().Last();
        var joined = new ResponseAccumulator();
        foreach (var chunk in events.TakeWhile(chunk => chunk != last))
        {
            joined.Add(chunk);
        }

        Assert.Equal(Items(last.Response!), Items(joined.Whole));

        joined.Add(last);
        Assert.Same(last.Response, joined.Whole);
    }

    // The service encrypts content again each time it sends it.
    private static string Items(Response response) => string.Join("\n", response.Output.Select(item =>
    {
        var copy = JsonModel.FromJson<JsonMap>(item.ToJson());
        copy.Remove("encrypted_content");
        copy.Remove("fingerprint");
        return copy.ToJson();
    }));

    [Theory]
    [MemberData(nameof(Responses))]
    public void A_response_that_was_cut_off_keeps_its_partial_text(string file)
    {
        var events = Captures.Payloads(file).Select(JsonModel.FromJson<ResponseEvent>).ToArray();
        var joined = new ResponseAccumulator();
        string text = "";
        foreach (var chunk in events.TakeWhile(chunk => chunk is not ResponseTextDoneEvent))
        {
            joined.Add(chunk);
            text += chunk.Text;
            Assert.Equal(text, joined.Text);
        }
    }
}
