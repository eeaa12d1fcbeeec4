using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Services.Bodies;

namespace OpenAIStream.Tests.Services;

/// <summary>Absent stays absent, and only text grows.</summary>
public class JoinTests
{
    /// <summary>What is unusual, the chunks, and the whole.</summary>
    public static TheoryData<string, string[], string> Chunks => new()
    {
        {
            "empty names, a time of 0 and nulls in every later chunk",
            ["""{"id":"a","object":"chat.completion.chunk","created":5,"model":"m","system_fingerprint":"f","service_tier":"t","choices":[{"index":0,"delta":{"role":"assistant","content":"A"},"finish_reason":""}]}""",
                """{"id":null,"object":"","created":0,"model":null,"system_fingerprint":"","service_tier":null,"choices":[{"index":0,"delta":{"role":null,"content":"b"},"finish_reason":"stop"}]}""",
                """{"id":"","object":null,"created":null,"model":"","choices":[{"index":0,"delta":{"role":"","content":""},"finish_reason":""}]}"""],
            """{"id":"a","object":"chat.completion","created":5,"model":"m","system_fingerprint":"f","service_tier":"t","choices":[{"index":0,"message":{"role":"assistant","content":"Ab"},"finish_reason":"stop"}]}"""
        },
        {
            "usage in two parts",
            [Chunk("""{"content":"A"}"""), """{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":0}}""", """{"choices":[],"usage":{"completion_tokens":3,"total_tokens":8}}"""],
            """{"id":"c","object":"chat.completion","created":1700000000,"model":"m","choices":[{"index":0,"message":{"content":"A","role":"assistant"},"finish_reason":null}],"usage":{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8}}"""
        },
        {
            "usage that grows, and an empty one at the end",
            ["""{"choices":[{"index":0,"delta":{"content":"A"}}],"usage":{"total_tokens":1}}""", """{"choices":[],"usage":{"total_tokens":2}}""", """{"choices":[],"usage":{}}""", """{"choices":[],"usage":null}"""],
            """{"choices":[{"index":0,"message":{"content":"A","role":"assistant"}}],"usage":{"total_tokens":2},"object":"chat.completion"}"""
        },
        {
            "lists that are told as a whole in every chunk",
            ["""{"citations":["a"],"choices":[{"index":0,"delta":{"content":"A"}}]}""", """{"citations":["a","b"],"choices":[]}""", """{"citations":[],"choices":[]}"""],
            """{"citations":["a","b"],"choices":[{"index":0,"message":{"content":"A","role":"assistant"}}],"object":"chat.completion"}"""
        },
        {
            "unknown texts are told anew, known ones grow",
            [Chunk("""{"content":"A","reasoning_content":"x","reasoning":"p","thinking":"k","refusal":"r","mood":"calm"}"""), Chunk("""{"content":"b","reasoning_content":"y","reasoning":"q","thinking":"l","refusal":"s","mood":"glad"}""")],
            Whole("""{"content":"Ab","reasoning_content":"xy","reasoning":"pq","thinking":"kl","refusal":"rs","mood":"glad","role":"assistant"}""")
        },
        {
            "signatures and encrypted text are not put together",
            [Chunk("""{"reasoning_details":[{"type":"reasoning.text","index":0,"text":"a","signature":"s1","id":"r"}]}"""), Chunk("""{"reasoning_details":[{"type":"reasoning.text","index":0,"text":"b","signature":"s2","id":"r"}]}""")],
            Whole("""{"reasoning_details":[{"type":"reasoning.text","index":0,"text":"ab","signature":"s2","id":"r"}],"role":"assistant"}""")
        },
        {
            "summaries and encrypted reasoning of one index",
            [Chunk("""{"reasoning_details":[{"type":"reasoning.summary","index":0,"summary":"I "}]}"""), Chunk("""{"reasoning_details":[{"type":"reasoning.summary","index":0,"summary":"see"},{"type":"reasoning.encrypted","index":0,"data":"E","id":"rs"}]}""")],
            Whole("""{"reasoning_details":[{"type":"reasoning.summary","index":0,"summary":"I see"},{"type":"reasoning.encrypted","index":0,"data":"E","id":"rs"}],"role":"assistant"}""")
        },
        {
            "encrypted reasoning for two calls at one index",
            [Chunk("""{"reasoning_details":[{"type":"reasoning.encrypted","index":0,"data":"E1","id":"t1"}]}"""), Chunk("""{"reasoning_details":[{"type":"reasoning.encrypted","index":0,"data":"E2","id":"t2"}]}""")],
            Whole("""{"reasoning_details":[{"type":"reasoning.encrypted","index":0,"data":"E1","id":"t1"},{"type":"reasoning.encrypted","index":0,"data":"E2","id":"t2"}],"role":"assistant"}""")
        },
        {
            "reasoning details without an index, and a second block after the signature of the first",
            [Chunk("""{"reasoning_details":[{"type":"reasoning.text","text":"a"}]}"""), Chunk("""{"reasoning_details":[{"type":"reasoning.text","text":"b","signature":"s"}]}"""), Chunk("""{"reasoning_details":[{"type":"reasoning.text","text":"c"}]}""")],
            Whole("""{"reasoning_details":[{"type":"reasoning.text","text":"ab","signature":"s"},{"type":"reasoning.text","text":"c"}],"role":"assistant"}""")
        },
        {
            "thinking blocks of a gateway",
            [Chunk("""{"thinking_blocks":[{"type":"thinking","thinking":"Let","signature":null}]}"""), Chunk("""{"thinking_blocks":[{"type":"thinking","thinking":" me","signature":"S"}]}"""), Chunk("""{"thinking_blocks":[{"type":"redacted_thinking","data":"D1"},{"type":"redacted_thinking","data":"D2"}]}""")],
            Whole("""{"thinking_blocks":[{"type":"thinking","thinking":"Let me","signature":"S"},{"type":"redacted_thinking","data":"D1"},{"type":"redacted_thinking","data":"D2"}],"role":"assistant"}""")
        },
        {
            "thinking parts, a reference between texts, and text as text",
            [Chunk("""{"content":[{"type":"thinking","thinking":[{"type":"text","text":"H"}]}]}"""), Chunk("""{"content":[{"type":"thinking","thinking":[{"type":"text","text":"m"}],"closed":true}]}"""), Chunk("""{"content":[{"type":"text","text":"See"},{"type":"reference","reference_ids":[1]},{"type":"text","text":" it"}]}"""), Chunk("""{"content":" is"}""")],
            Whole("""{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm"}],"closed":true},{"type":"text","text":"See"},{"type":"reference","reference_ids":[1]},{"type":"text","text":" it is"}],"role":"assistant"}""")
        },
        {
            "audio in pieces",
            [Chunk("""{"audio":{"id":"au","data":"AA","transcript":"Go"}}"""), Chunk("""{"audio":{"data":"BB","transcript":"od","expires_at":9}}"""), Chunk("""{"audio":{"id":"","data":"","expires_at":0}}""")],
            Whole("""{"audio":{"id":"au","data":"AABB","transcript":"Good","expires_at":9},"role":"assistant"}""")
        },
        {
            "empty lists and objects in place of a delta and in it",
            [Chunk("""{"role":"assistant","content":"A","tool_calls":[]}"""), Chunk("[]"), Chunk("{}"), Chunk("""{"content":[],"audio":{},"tool_calls":[]}"""), Chunk("null", "stop")],
            Whole("""{"role":"assistant","content":"A","tool_calls":[],"audio":{}}""", "stop")
        },
        {
            "the form before tools",
            [Chunk("""{"function_call":{"name":"f","arguments":"{\"a\""}}"""), Chunk("""{"function_call":{"name":"f","arguments":":1}"}}"""), Chunk("{}", "function_call")],
            Whole("""{"function_call":{"name":"f","arguments":"{\"a\":1}"},"role":"assistant"}""", "function_call")
        },
        {
            "a whole message behind the deltas",
            [Chunk("""{"content":"Hel"}"""), Chunk("""{"content":"lo"}"""), """{"choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}"""],
            Whole("""{"content":"Hello","role":"assistant"}""", "stop")
        },
    };

    [Theory]
    [MemberData(nameof(Chunks))]
    public void Chunks_join_to_the_whole(string what, string[] chunks, string whole)
    {
        var joined = new ChatCompletionAccumulator();
        foreach (string chunk in chunks)
        {
            joined.Add(JsonModel.FromJson<ChatCompletionChunk>(chunk));
            Assert.Equal(joined.Text, joined.Whole.Text);
        }

        Assert.True(joined.Whole.ToJson() == whole, $"{what}: {joined.Whole.ToJson()}");
    }

    /// <summary>Values that are not finish reasons, and values that are.</summary>
    [Theory]
    [InlineData("\"\"", false)]
    [InlineData("null", false)]
    [InlineData("\"null\"", false)]
    [InlineData("\"stop\"", true)]
    [InlineData("\"eos\"", true)]
    public async Task A_stream_that_ends_after_an_empty_finish_reason_is_cut_off(string reason, bool isWhole)
    {
        foreach (string api in new[] { "chat", "completion" })
        {
            var outcome = await Ask(api, Stream($$"""{"choices":[{"index":0,"text":"A","delta":{"content":"A"},"finish_reason":{{reason}}}]}"""));
            Assert.Equal((isWhole ? null : typeof(StreamEndedEarlyException), isWhole ? null : "A"), (outcome.Error?.GetType(), outcome.Error?.PartialText));
        }
    }

    [Theory]
    [InlineData("""{"reasoning_content":"a","reasoning":"a"}""", "a")]
    [InlineData("""{"reasoning_content":null,"reasoning":"a"}""", "a")]
    [InlineData("""{"reasoning_text":"a"}""", "a")]
    [InlineData("""{"thinking":"a"}""", "a")]
    [InlineData("""{"reasoning_details":[{"type":"reasoning.summary","summary":"a"},{"type":"reasoning.encrypted","data":"x"}]}""", "a")]
    [InlineData("""{"content":[{"type":"reasoning","text":"a"},{"type":"text","text":"b"}]}""", "a")]
    [InlineData("""{"content":[{"type":"thinking","thinking":"a"}]}""", "a")]
    [InlineData("""{"content":"b","reasoning_content":""}""", null)]
    [InlineData("""{"content":"b"}""", null)]
    public void Reasoning_is_found_where_services_put_it(string message, string? reasoning)
    {
        var read = JsonModel.FromJson<ChatMessage>(message);
        Assert.Equal(reasoning, read.ReasoningContent);
        Assert.Equal(message.Contains("\"b\"", StringComparison.Ordinal) ? "b" : "", read.Text);
    }

    [Theory]
    [InlineData("""{"choices":[{"index":0,"usage":{"total_tokens":3}}]}""", 3)]
    [InlineData("""{"choices":[{"index":0},{"index":1,"usage":{"total_tokens":3}}],"usage":null}""", 3)]
    [InlineData("""{"choices":[],"x_groq":{"id":"req","usage":{"total_tokens":3}}}""", 3)]
    [InlineData("""{"choices":[{"usage":{"total_tokens":1}}],"x_groq":{"usage":{"total_tokens":2}},"usage":{"total_tokens":3}}""", 3)]
    [InlineData("""{"choices":[{"usage":null}],"x_groq":{"id":"req"},"usage":{}}""", null)]
    public void Usage_is_found_where_services_put_it(string json, int? tokens)
    {
        Assert.Equal(tokens, JsonModel.FromJson<ChatCompletionChunk>(json).Usage?.TotalTokens);
        Assert.Equal(tokens, JsonModel.FromJson<ChatCompletion>(json).Usage?.TotalTokens);
        Assert.Equal(tokens, JsonModel.FromJson<Completion>(json).Usage?.TotalTokens);
        var joined = new ChatCompletionAccumulator();
        joined.Add(JsonModel.FromJson<ChatCompletionChunk>(json));
        joined.Add(JsonModel.FromJson<ChatCompletionChunk>("""{"choices":[],"usage":null}"""));
        Assert.Equal(tokens, joined.Whole.Usage?.TotalTokens);
    }

    [Fact]
    public async Task The_text_of_several_answers_is_the_first_wherever_it_is_in_its_chunk()
    {
        const string Both = """{"choices":[{"index":1,"delta":{"content":"b"}},{"index":0,"delta":{"content":"a"}}]}""";
        var outcome = await Ask("chat", Stream(Both, Both));
        Assert.Equal("aa", outcome.Error!.PartialText);
        Assert.Equal("aa", string.Concat(outcome.Outputs.Select(chunk => chunk.Text)));
        Assert.Equal("aa\n[answer 2]\nbb\n", outcome.Shown);
    }

    [Theory]
    [InlineData("stop", "")]
    [InlineData("tool_calls", "")]
    [InlineData("STOP", "")]
    [InlineData("end_turn", "")]
    [InlineData("length", "[stopped: length]\n")]
    [InlineData("MAX_TOKENS", "[stopped: MAX_TOKENS]\n")]
    [InlineData("content_filter", "[stopped: content_filter]\n")]
    [InlineData("insufficient_system_resource", "[stopped: insufficient_system_resource]\n")]
    [InlineData("abort", "[stopped: abort]\n")]
    public async Task A_finish_reason_is_shown_unless_the_answer_simply_ended(string reason, string shown)
    {
        Assert.Equal("A\n" + shown, (await Chat(Chunk("""{"content":"A"}"""), Chunk("{}", reason))).Shown);
        Assert.Equal("A\n" + shown, (await Ask("chat-whole", Reply.Json(200, $$"""{"choices":[{"index":0,"message":{"content":"A"},"finish_reason":"{{reason}}"}]}"""))).Shown);
        Assert.Equal("A\n" + shown, (await Ask("completion", Stream($$"""{"choices":[{"index":0,"text":"A","finish_reason":"{{reason}}"}]}"""))).Shown);
    }

    [Fact]
    public void History_is_sent_back_unchanged_except_for_fields_that_services_refuse()
    {
        const string Came = """{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm"}],"signature":"S+/="},{"type":"text","text":"Yes"}],"reasoning_details":[{"type":"reasoning.encrypted","data":"E\u00e9=","index":0}],"reasoning_content":"Hm"}""";
        Assert.Equal(
            JsonModel.FromJson<JsonMap>(Came.Replace(",\"reasoning_content\":\"Hm\"", "", StringComparison.Ordinal)).ToJson(),
            JsonModel.FromJson<ChatMessage>(Came).ToInput().ToJson());
    }

    private static string Whole(string message, string? finishReason = null) =>
        $$"""{"id":"c","object":"chat.completion","created":1700000000,"model":"m","choices":[{"index":0,"message":{{message}},"finish_reason":{{(finishReason is null ? "null" : $"\"{finishReason}\"")}}}]}""";
}
