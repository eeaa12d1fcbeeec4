using Xunit;

namespace OpenAIStream.Tests.Joining;

/// <summary>How the fields of a delta are joined, by their meaning.</summary>
public class MergeTests
{
    public static TheoryData<string, string[], string> Deltas => new()
    {
        { "text grows", ["""{"content":"a"}""", """{"content":""}""", """{"content":"b"}"""], """{"content":"ab"}""" },
        { "a name is told anew", ["""{"name":"get_"}""", """{"name":"weather"}"""], """{"name":"weather"}""" },
        { "a name is told again", ["""{"name":"get"}""", """{"name":"get"}"""], """{"name":"get"}""" },
        { "only a name is known by being told again", ["""{"content":"ha"}""", """{"content":"ha"}"""], """{"content":"haha"}""" },
        { "numbers and truths are replaced", ["""{"n":1,"b":true,"d":0.5}""", """{"n":2,"b":false,"d":1.5}"""], """{"n":2,"b":false,"d":1.5}""" },
        { "null changes nothing that is there", ["""{"content":"a","n":1,"o":{"x":"y"},"l":[1]}""", """{"content":null,"n":null,"o":null,"l":null}"""], """{"content":"a","n":1,"o":{"x":"y"},"l":[1]}""" },
        { "null stands where nothing was", ["""{"refusal":null}""", """{"content":"a"}"""], """{"refusal":null,"content":"a"}""" },
        { "what was null becomes text, keeping its place", ["""{"content":null,"n":1}""", """{"content":"a"}"""], """{"content":"a","n":1}""" },
        { "a call keeps the number of its first piece", ["""{"tool_calls":[{"index":3,"id":"a","function":{"name":"f","arguments":"{"}}]}""", """{"tool_calls":[{"index":4,"function":{"arguments":"}"}}]}"""], """{"tool_calls":[{"index":3,"id":"a","function":{"name":"f","arguments":"{}"}}]}""" },
        { "a call of a custom tool needs no id", ["""{"tool_calls":[{"index":0,"type":"custom","custom":{"name":"f","input":"x"}}]}"""], """{"tool_calls":[{"index":0,"type":"custom","custom":{"name":"f","input":"x"}}]}""" },
        { "a call of which the id alone has come", ["""{"tool_calls":[{"index":0,"id":"a"}]}"""], """{"tool_calls":[{"index":0,"id":"a"}]}""" },
        { "a call keeps its first id", ["""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}]}""", """{"tool_calls":[{"index":0,"id":"b","function":{"arguments":"{}"}}]}"""], """{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}""" },
        { "calls of custom tools without an id", ["""{"tool_calls":[{"index":0,"custom":{"name":"f","input":"x"}}]}""", """{"tool_calls":[{"index":1,"custom":{"name":"g","input":"y"}}]}"""], """{"tool_calls":[{"index":0,"custom":{"name":"f","input":"x"}},{"index":1,"custom":{"name":"g","input":"y"}}]}""" },
        { "a call of which its arguments alone have come", ["""{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}"""], """{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}""" },
        { "a call of which nothing has come", ["""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f"}},{"index":1}]}"""], """{"tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}]}""" },
        { "a call that goes on by its name alone", ["""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}]}""", """{"tool_calls":[{"function":{"name":"f","arguments":"}"}}]}"""], """{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}""" },
        { "a call of the same name behind whole arguments", ["""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"a\":1}"}}]}""", """{"tool_calls":[{"index":0,"function":{"name":"f","arguments":5}}]}"""], """{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"a\":1}"}},{"index":0,"function":{"name":"f","arguments":"5"}}]}""" },
        { "what was null becomes a list", ["""{"calls":null,"n":1}""", """{"calls":[{"a":1}]}"""], """{"calls":[{"a":1}],"n":1}""" },
        { "what was null becomes an object", ["""{"audio":null,"n":1}""", """{"audio":{"data":"a"}}"""], """{"audio":{"data":"a"},"n":1}""" },
        { "objects are joined field by field", ["""{"audio":{"id":"x","data":"a"}}""", """{"audio":{"data":"b","expires_at":5}}"""], """{"audio":{"id":"x","data":"ab","expires_at":5}}""" },
        { "lists without an index grow", ["""{"l":[1,{"a":"x"}]}""", """{"l":[{"a":"y"},null]}"""], """{"l":[1,{"a":"x"},{"a":"y"},null]}""" },
        { "items of one index are joined", ["""{"l":[{"index":1,"text":"b"}]}""", """{"l":[{"index":0,"text":"a"},{"index":1,"text":"B"}]}"""], """{"l":[{"index":0,"text":"a"},{"index":1,"text":"bB"}]}""" },
        { "an item says its type once", ["""{"l":[{"index":0,"type":"text","text":"a"}]}""", """{"l":[{"index":0,"text":"b"}]}"""], """{"l":[{"index":0,"type":"text","text":"ab"}]}""" },
        { "an item says its type late", ["""{"l":[{"index":0,"text":"a"}]}""", """{"l":[{"index":0,"type":"text","text":"b"}]}"""], """{"l":[{"index":0,"text":"ab","type":"text"}]}""" },
        { "text of one index is joined, whatever its id", ["""{"l":[{"index":0,"type":"reasoning.text","id":"x","text":"a"}]}""", """{"l":[{"index":0,"type":"reasoning.text","id":"y","text":"b"}]}"""], """{"l":[{"index":0,"type":"reasoning.text","id":"y","text":"ab"}]}""" },
        { "what is encrypted is kept apart by its id", ["""{"l":[{"index":0,"type":"reasoning.encrypted","id":"x","data":"a"}]}""", """{"l":[{"index":0,"type":"reasoning.encrypted","id":"y","data":"b"}]}"""], """{"l":[{"index":0,"type":"reasoning.encrypted","id":"x","data":"a"},{"index":0,"type":"reasoning.encrypted","id":"y","data":"b"}]}""" },
        { "what is encrypted and of one id is one", ["""{"l":[{"index":0,"type":"reasoning.encrypted","id":"x"}]}""", """{"l":[{"index":0,"type":"reasoning.encrypted","id":"x","data":"b"}]}"""], """{"l":[{"index":0,"type":"reasoning.encrypted","id":"x","data":"b"}]}""" },
        { "text parts go on, those of another id apart", ["""{"content":[{"type":"text","id":"x","text":"a"}]}""", """{"content":[{"type":"text","id":"x","text":"b"}]}""", """{"content":[{"type":"text","id":"y","text":"c"}]}"""], """{"content":[{"type":"text","id":"x","text":"ab"},{"type":"text","id":"y","text":"c"}]}""" },
        { "arguments after white space are whole, and count once", ["""{"arguments":" \t\r\n{\"a\":1}"}""", """{"arguments":" \t\r\n{\"a\":1}"}"""], """{"arguments":" \t\r\n{\"a\":1}"}""" },
        { "arguments that hold quotes and braces are whole at their end", ["""{"arguments":"{\"a\":\"\\\"}\\\\\"}"}""", """{"arguments":"{\"a\":\"\\\"}\\\\\"}"}"""], """{"arguments":"{\"a\":\"\\\"}\\\\\"}"}""" },
        { "arguments that are no object are never whole", ["""{"arguments":"[1]"}""", """{"arguments":"[1]"}"""], """{"arguments":"[1][1]"}""" },
        { "no arguments stay none", ["""{"arguments":{}}""", """{"arguments":""}"""], """{"arguments":"{}"}""" },
        { "items without an index come after those with one", ["""{"l":[{"t":"x"}]}""", """{"l":[{"index":0,"t":"a"}]}"""], """{"l":[{"index":0,"t":"a"},{"t":"x"}]}""" },
        { "text after parts is a part", ["""{"content":[{"type":"thinking","thinking":"hm"}]}""", """{"content":"a"}"""], """{"content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"a"}]}""" },
        { "text before parts is a part", ["""{"content":"a"}""", """{"content":[{"type":"image"}]}"""], """{"content":[{"type":"text","text":"a"},{"type":"image"}]}""" },
        { "empty text before parts is none", ["""{"content":""}""", """{"content":[{"type":"image"}]}"""], """{"content":[{"type":"image"}]}""" },
        { "text in place of an object", ["""{"x":{"a":1},"n":1}""", """{"x":"t"}"""], """{"x":"t","n":1}""" },
        { "an object in place of text", ["""{"x":"t","n":1}""", """{"x":{"a":1}}"""], """{"x":{"a":1},"n":1}""" },
        { "a number in place of text", ["""{"x":"t","n":1}""", """{"x":5}"""], """{"x":5,"n":1}""" },
        { "text in place of a number", ["""{"x":5,"n":1}""", """{"x":"t"}""", """{"x":"u"}"""], """{"x":"u","n":1}""" },
    };

    /// <summary>Names and counters, which services repeat in every chunk.</summary>
    public static TheoryData<string> Repeated =>
        ["id", "type", "role", "object", "model", "status", "finish_reason", "system_fingerprint", "service_tier", "tool_call_id"];

    [Theory]
    [MemberData(nameof(Deltas))]
    public void Deltas_are_joined(string what, string[] deltas, string message)
    {
        string whole = Joined(deltas.Select(Chunk).ToArray()).ToJson();
        Assert.True(whole == $$"""{"choices":[{"index":0,"message":{{With(message, "\"role\":\"assistant\"")}}}],"object":"chat.completion"}""", $"{what}: {whole}");
    }

    [Theory]
    [MemberData(nameof(Repeated))]
    public void A_name_repeated_in_every_chunk_appears_once(string field)
    {
        string once = "{\"audio\":{\"" + field + "\":\"v\"}}";
        Assert.Equal("v", Joined(Chunk(once), Chunk(once)).Choices[0].Message!.Audio![field]);
    }

    [Theory]
    [InlineData("content")]
    [InlineData("text")]
    [InlineData("output_text")]
    [InlineData("refusal")]
    [InlineData("transcript")]
    [InlineData("summary")]
    [InlineData("reasoning")]
    [InlineData("reasoning_content")]
    [InlineData("reasoning_text")]
    [InlineData("thinking")]
    [InlineData("thinking_content")]
    [InlineData("thought")]
    [InlineData("input")]
    [InlineData("partial_json")]
    [InlineData("code")]
    public void A_text_that_arrives_in_pieces_grows(string field) =>
        Assert.Equal("ab", Joined(Chunk("{\"audio\":{\"" + field + "\":\"a\"}}"), Chunk("{\"audio\":{\"" + field + "\":\"b\"}}")).Choices[0].Message!.Audio![field]);

    [Theory]
    [InlineData("text")]
    [InlineData("output_text")]
    [InlineData("thinking")]
    [InlineData("reasoning")]
    [InlineData("reasoning_text")]
    [InlineData("summary_text")]
    [InlineData("reasoning.text")]
    [InlineData("reasoning.summary")]
    public void A_text_part_continues_in_the_next_of_its_type(string type)
    {
        string whole = Joined(Chunk($$"""{"content":[{"type":"{{type}}","text":"a"}]}"""), Chunk($$"""{"content":[{"type":"{{type}}","text":"b"}]}""")).ToJson();
        Assert.Contains($$"""[{"type":"{{type}}","text":"ab"}]""", whole, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chunk_s_own_fields_are_replaced_and_its_padding_is_left_out()
    {
        var whole = Joined(
            """{"id":"c","created":1,"choices":[],"obfuscation":"xyz","model":"m","usage":null}""",
            """{"id":"d","created":2,"model":"","obfuscation":"zyx","choices":[{"index":0,"delta":{"role":"tool"}}],"system_fingerprint":"","usage":{"total_tokens":1}}""",
            """{"id":null,"usage":{"total_tokens":2}}""");
        Assert.Equal(
            """{"id":"d","created":2,"choices":[{"index":0,"message":{"role":"tool"}}],"model":"m","usage":{"total_tokens":2},"system_fingerprint":"","object":"chat.completion"}""",
            whole.ToJson());
    }

    [Fact]
    public void In_a_choice_only_fields_that_arrive_in_pieces_grow()
    {
        var whole = Joined(
            """{"choices":[{"index":0,"delta":{"content":"a"},"logprobs":{"content":[{"token":"a"}]},"finish_reason":"length","seed":1,"note":"one"}]}""",
            """{"choices":[{"index":0,"delta":{"content":"b"},"logprobs":{"content":[{"token":"b"}]},"finish_reason":"stop","seed":2,"note":"two"}]}""");
        Assert.Equal(
            """{"choices":[{"index":0,"message":{"content":"ab","role":"assistant"},"logprobs":{"content":[{"token":"a"},{"token":"b"}]},"finish_reason":"stop","seed":2,"note":"two"}],"object":"chat.completion"}""",
            whole.ToJson());
    }

    [Fact]
    public void A_message_is_used_where_no_delta_has_text() =>
        Assert.Equal("Hi", Joined("""{"choices":[{"index":0,"delta":{},"message":{"content":"Hi"},"finish_reason":"stop"}]}""").Text);

    [Fact]
    public void The_text_equals_that_of_the_joined_object()
    {
        var joined = new ChatCompletionAccumulator();
        Assert.Equal("", joined.Text);
        joined.Add(JsonModel.FromJson<ChatCompletionChunk>(Chunk("""{"content":"Hel"}""")));
        joined.Add(JsonModel.FromJson<ChatCompletionChunk>("""{"choices":[{"index":1,"delta":{"content":"other"}}]}"""));
        joined.Add(JsonModel.FromJson<ChatCompletionChunk>(Chunk("""{"content":"lo"}""")));
        Assert.Equal(("Hello", "Hello"), (joined.Text, joined.Whole.Text));
    }

    private static string Chunk(string delta) => """{"choices":[{"index":0,"delta":""" + delta + "}]}";

    private static string With(string json, string field) => json[..^1] + "," + field + "}";

    private static ChatCompletion Joined(params string[] chunks)
    {
        var joined = new ChatCompletionAccumulator();
        foreach (string chunk in chunks)
        {
            joined.Add(JsonModel.FromJson<ChatCompletionChunk>(chunk));
            _ = joined.Whole; // reading it changes nothing
        }

        return joined.Whole;
    }
}
