using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Console;

/// <summary>Chunks as a terminal shows them.</summary>
public class StreamViewTests
{
    private static readonly StreamStyle Marks = new("<think>", "<refuse>", "<call>", "<note>", "</>");

    public static TheoryData<string, string[], string> Chats => new()
    {
        { "text", [Delta("""{"role":"assistant","content":""}"""), Delta("""{"content":"Hel"}"""), Delta("""{"content":"lo"}""")], "Hello\n" },
        { "reasoning, then the answer", [Delta("""{"reasoning_content":"Hm"}"""), Delta("""{"reasoning_content":"."}"""), Delta("""{"content":"Yes"}""")], "<think>Hm</><think>.</>\n\nYes\n" },
        { "a refusal", [Delta("""{"refusal":"I "}"""), Delta("""{"refusal":"can't."}""")], "<refuse>[refused]</><refuse> I</><refuse> can't.</>\n" },
        {
            "two calls", [Delta("""{"content":"Look:"}"""),
                Delta("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"find","arguments":""}}]}"""),
                Delta("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"q\":"}}]}"""), Delta("""{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]}"""),
                Delta("""{"tool_calls":[{"index":1,"id":"b","function":{"name":"get","arguments":"{}"}}]}""")],
            "Look:\n<call>[tool] find(</><call>{\"q\":</><call>1}</><call>)</>\n<call>[tool] get(</><call>{}</><call>)</>\n"
        },
        { "an answer cut short", [Delta("""{"content":"Hel"}"""), """{"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}"""], "Hel\n<note>[stopped: length]</>\n" },
        { "several answers, one after the other", [Delta("""{"content":"a"}"""), """{"choices":[{"index":1,"delta":{"content":"b"}}]}""", Delta("""{"content":"c"}""")], "ac\n<note>[answer 2]</>\nb\n" },
        { "a control character in a function's name", [Delta("""{"tool_calls":[{"index":0,"function":{"name":"f\u001b[2J","arguments":"{}"}}]}""")], "<call>[tool] f␛[2J(</><call>{}</><call>)</>\n" },
        { "nothing", [Delta("""{"content":""}"""), """{"choices":[]}"""], "" },
    };

    [Theory]
    [MemberData(nameof(Chats))]
    public void A_chat_is_shown(string what, string[] payloads, string expected)
    {
        Assert.Equal(expected, Show(Marks, payloads.Select(JsonModel.FromJson<ChatCompletionChunk>)));
        Assert.NotEmpty(what);
    }

    public static TheoryData<string, ModelOutput[], string> Summaries => new()
    {
        {
            "a chat", [Chat(Delta("""{"content":"a"}""")), Chat("""{"model":"m","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":8}}}""")],
            "a\n<note>[m, 11 tokens in (8 cached), 5 tokens out]</>\n"
        },
        { "a whole one", [JsonModel.FromJson<ChatCompletion>("""{"model":"m","choices":[{"index":0,"message":{"content":"a"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}""")], "a\n<note>[m, 1 token in, 2 tokens out]</>\n" },
        { "a response", [JsonModel.FromJson<ResponseEvent>("""{"type":"response.completed","response":{"model":"m","usage":{"input_tokens":3,"output_tokens":4,"input_tokens_details":{"cached_tokens":0}}}}""")], "<note>[m, 3 tokens in, 4 tokens out]</>\n" },
        { "one that tells nothing", [Chat(Delta("""{"content":"a"}"""))], "a\n" },
        { "a model's name that is none", [Chat("""{"model":"m\u001b[2J","choices":[]}""")], "<note>[m␛[2J]</>\n" },
    };

    [Theory]
    [MemberData(nameof(Summaries))]
    public void A_summary_shows_what_is_known(string what, ModelOutput[] outputs, string expected)
    {
        var view = new StreamView { Style = Marks, Width = 80, Summary = new AnswerSummary() };
        Assert.Equal(expected, string.Concat(outputs.Select(view.Add)) + view.Finish());
        Assert.NotEmpty(what);
    }

    [Fact]
    public void A_summary_shows_how_fast_an_answer_arrived()
    {
        var source = new StreamSource("a") { Timing = new StreamTiming(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2.5), 9) };
        var chunk = Chat("""{"choices":[],"usage":{"completion_tokens":100}}""");
        chunk.SetTag(source);
        var summary = new AnswerSummary();
        summary.Add(chunk);
        Assert.Equal("[100 tokens out, first after 0.50 s, 50 tokens/s]", summary.ToString());
    }

    [Theory]
    [InlineData("0.01", "0.01 USD")]
    [InlineData("0.012345", "0.0123 USD")]
    [InlineData("0.0000005", "0.0000005 USD")]
    [InlineData(null, "no price")]
    public void A_summary_tells_what_an_answer_cost_and_what_the_limits_leave(string? cost, string expected)
    {
        var terms = new UsageTerms
        {
            SetCost = total =>
            {
                (total.Cost, total.Currency) = (cost is null ? null : decimal.Parse(cost, System.Globalization.CultureInfo.InvariantCulture), "USD");
                return cost is not null;
            },
            RateLimits = new RateLimits(new RateLimit(5000, 4999, null), new RateLimit(null, 1, null)),
        };
        var answer = JsonModel.FromJson<ChatCompletion>("""{"model":"m","choices":[{"index":0,"message":{"content":"a"}}],"usage":{"prompt_tokens":5,"completion_tokens":0}}""");
        answer.SetTag(new StreamSource("a") { Terms = terms });
        var summary = new AnswerSummary();
        summary.Add(answer);
        Assert.Equal($"[m, 5 tokens in, {expected}, 4,999 requests and 1 token left]", summary.ToString());
    }

    [Fact]
    public void Without_colors_reasoning_is_marked()
    {
        string[] payloads = [Delta("""{"reasoning_content":"Hm"}"""), Delta("""{"content":"Yes"}""")];
        Assert.Equal("[reasoning] Hm\n\nYes\n", Show(StreamStyle.None, payloads.Select(JsonModel.FromJson<ChatCompletionChunk>)));
    }

    [Fact]
    public void A_whole_answer_looks_like_its_stream()
    {
        var answer = JsonModel.FromJson<ChatCompletion>("""{"choices":[{"index":0,"message":{"content":"Hello"}}]}""");
        Assert.Equal("Hello\n", Show(Marks, [answer]));
    }

    public static TheoryData<string, string, string> Events => new()
    {
        { "azure-tool-call.1.sse", "[tool] ", ")" },
        { "openai-mcp-tool-approval.1.sse", "[approval requested] zip1.create_short_url({\"alias\":", ")" },
        { "openai-custom-tool.1.sse", "[tool] write_sql(SELECT * FROM users WHERE age > 25)", ")" },
        { "openai-apply-patch-tool-delete.1.sse", "[apply patch] delete_file obsolete.txt", "" },
        { "openai-shell-container.1.sse", "[shell] echo 'Hello from container!' && uname -a\n", "" },
        { "openai-code-interpreter-tool.1.sse", "[code]\nimport random, math\n", "" },
        { "openai-image-generation-tool.1.sse", "[image] partial 1", "" },
        { "openai-reasoning-encrypted-content.1.sse", "[tool] ", ")" },
        { "openai-tool-search.1.sse", "[tool search]", "" },
    };

    [Theory]
    [MemberData(nameof(Events))]
    public void A_recorded_response_is_shown_once(string file, string part, string after)
    {
        string[] files = [.. Captures.Files("responses")];
        Captures.SkipIfMissing(files[0]);
        string path = files.Single(name => Path.GetFileName(name) == file);
        string shown = Show(StreamStyle.None, Captures.Payloads(path).Select(payload => (StreamChunk)JsonModel.FromJson<ResponseEvent>(payload)));
        Assert.Contains(part, shown, StringComparison.Ordinal);
        Assert.Contains(after, shown, StringComparison.Ordinal);
        int first = shown.IndexOf(part + "\n", StringComparison.Ordinal);
        Assert.True(first < 0 || shown.IndexOf(part + "\n", first + 1, StringComparison.Ordinal) < 0, shown);
    }

    [Fact]
    public void Interleaved_streams_are_shown_one_after_the_other()
    {
        StreamSource a = new([], null, "a", 0), b = new([], null, "b", 1);
        var turns = new StreamTurns();
        List<string> shown = [];
        foreach (var (source, text) in new[] { (a, "a1"), (b, "b1"), (a, "a2"), (b, "b2") })
        {
            shown.AddRange(turns.Add(Chunk(source, text)).Select(static chunk => chunk.Text));
        }

        Assert.Equal(["a1", "a2"], shown);
        a.End();
        shown.AddRange(turns.Add(Chunk(b, "b3")).Select(static chunk => chunk.Text));
        shown.AddRange(turns.Finish().Select(static chunk => chunk.Text));
        Assert.Equal(["a1", "a2", "b1", "b2", "b3"], shown);
    }

    private static ChatCompletionChunk Chunk(StreamSource source, string text)
    {
        var chunk = JsonModel.FromJson<ChatCompletionChunk>(Delta($$"""{"content":"{{text}}"}"""));
        chunk.SetTag(source);
        return chunk;
    }

    private static ChatCompletionChunk Chat(string json) => JsonModel.FromJson<ChatCompletionChunk>(json);

    private static string Delta(string delta) => $$"""{"choices":[{"index":0,"delta":{{delta}}}]}""";

    private static string Show(StreamStyle style, IEnumerable<ModelOutput> chunks)
    {
        var view = new StreamView { Style = style, Width = 80 };
        var text = new StringBuilder();
        foreach (var chunk in chunks)
        {
            text.Append(view.Add(chunk));
        }

        return text.Append(view.Finish()).ToString();
    }
}
