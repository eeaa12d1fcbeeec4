using Xunit;

namespace OpenAIStream.Tests.Joining;

/// <summary>The text of a joined stream equals the whole's, without creating the whole.</summary>
public class AccumulatorTextTests
{
    private const int Pieces = 20_000;

    public static TheoryData<string> Chat => [.. Captures.Files("chat")];

    public static TheoryData<string> Responses => [.. Captures.Files("responses")];

    [Theory]
    [MemberData(nameof(Chat))]
    public void The_text_of_a_chat_equals_that_of_the_joined_chat(string file) =>
        HoldsAfterEachChunk(new ChatCompletionAccumulator(), Captures.Payloads(file).Select(JsonModel.FromJson<ChatCompletionChunk>));

    [Theory]
    [MemberData(nameof(Responses))]
    public void The_text_of_a_response_equals_that_of_the_joined_response(string file) =>
        HoldsAfterEachChunk(new ResponseAccumulator(), Captures.Payloads(file).Select(JsonModel.FromJson<ResponseEvent>));

    [Theory]
    [InlineData("""{"choices":[{"index":1,"delta":{"content":"b"}}]}""", """{"choices":[{"index":0,"delta":{"content":"a"}}]}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{"refusal":"No"}}]}""", """{"choices":[{"index":0,"delta":{"content":""}}]}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"a"}}]}""", """{"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"b"},{"type":"x"}]}}]}""")]
    [InlineData("""{"choices":[]}""", """{"choices":[{"index":0,"delta":null}]}""", """{"choices":[{"index":0}]}""")]
    public void The_text_of_unusual_chats_equals_that_of_the_joined_chats(params string[] chunks) =>
        HoldsAfterEachChunk(new ChatCompletionAccumulator(), chunks.Select(JsonModel.FromJson<ChatCompletionChunk>));

    [Fact]
    public void The_text_of_an_empty_completion_is_empty() =>
        HoldsAfterEachChunk(new CompletionAccumulator(), [JsonModel.FromJson<Completion>("""{"choices":[{"index":0,"finish_reason":"stop"}]}""")]);

    [Theory]
    [InlineData("""{"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":"No"}""")]
    [InlineData("""{"type":"response.output_text.delta","output_index":0,"content_index":1,"delta":"b"}""", """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"a"}""")]
    [InlineData("""{"type":"response.output_item.added","output_index":1,"item":{"type":"message","content":[]}}""", """{"type":"response.output_text.delta","output_index":1,"delta":"b"}""", """{"type":"response.output_text.delta","output_index":0,"delta":"a"}""")]
    [InlineData("""{"type":"response.output_item.added","output_index":1,"item":{"type":"message","content":"b"}}""", """{"type":"response.output_text.done","output_index":1,"content_index":0}""")]
    [InlineData("""{"type":"response.output_item.added","output_index":1,"item":{"type":"reasoning"}}""", """{"type":"response.reasoning_text.delta","output_index":1,"content_index":0,"delta":"Hm"}""")]
    public void The_text_of_unusual_responses_equals_that_of_the_joined_responses(params string[] chunks) => HoldsAfterEachChunk(
        new ResponseAccumulator(),
        chunks.Prepend("""{"type":"response.output_item.added","output_index":0,"item":{"type":"message","content":[]}}""").Select(JsonModel.FromJson<ResponseEvent>));

    public static TheoryData<string, StreamChunk> Streams => new()
    {
        { "chat", JsonModel.FromJson<ChatCompletionChunk>("""{"choices":[{"index":0,"delta":{"content":"12345678"}},{"index":1,"delta":{"content":"12345678"}}]}""") },
        { "completion", JsonModel.FromJson<Completion>("""{"choices":[{"index":0,"text":"12345678","logprobs":{"tokens":["12345678"]}}]}""") },
        { "response", JsonModel.FromJson<ResponseEvent>("""{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"12345678"}""") },
        { "transcription", JsonModel.FromJson<TranscriptionEvent>("""{"type":"transcript.text.delta","delta":"12345678"}""") },
        { "run", new AssistantEvent { Event = "thread.message.delta", ["delta"] = JsonModel.FromJson<JsonMap>("""{"content":[{"text":{"value":"12345678"}}]}""") } },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Reading_the_text_costs_one_string_and_nothing_when_it_is_read_again(string what, StreamChunk piece)
    {
        var joined = ChunkAccumulator.For(piece);
        if (joined is ResponseAccumulator)
        {
            joined.Add(JsonModel.FromJson<ResponseEvent>("""{"type":"response.output_item.added","output_index":0,"item":{"type":"message","content":[]}}"""));
        }

        for (int i = 0; i < Pieces; i++)
        {
            joined.Add(piece);
        }

        Assert.Equal(Pieces * 8, joined.Text.Length);
        joined.Add(piece);
        long first = Allocated(joined);
        long again = Allocated(joined);
        Assert.True(first <= (2 * 8 * (Pieces + 1)) + 2000, $"{what}: {first} bytes for a text of {8 * (Pieces + 1)} characters");
        Assert.Equal(0, again);
    }

    private static long Allocated(ChunkAccumulator joined)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = joined.Text;
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void HoldsAfterEachChunk(ChunkAccumulator joined, IEnumerable<StreamChunk> chunks)
    {
        Assert.Equal("", joined.Text);
        foreach (var chunk in chunks)
        {
            joined.Add(chunk);
            Assert.Equal(joined.ToWhole().Text, joined.Text);
        }
    }
}
