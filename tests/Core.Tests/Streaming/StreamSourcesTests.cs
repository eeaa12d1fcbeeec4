using System.Net;
using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Streaming;

/// <summary>Streams that were not opened by a client, and LINQ on streams.</summary>
public class StreamSourcesTests
{
    private const string Hello = """{"id":"c1","choices":[{"index":0,"delta":{"role":"assistant","content":"Hello"},"finish_reason":null}],"x":1.50}""";
    private const string End = """{"id":"c1","choices":[{"index":0,"delta":{"content":" you"},"finish_reason":"stop"}]}""";

    [Fact]
    public void A_stream_of_bytes_is_read_as_chunks()
    {
        using var body = new MemoryStream(Encoding.UTF8.GetBytes($"data: {Hello}\n\ndata: {End}\n\ndata: [DONE]\n\n"));
        using var stream = SseStream.Read<ChatCompletionChunk>(body);
        Assert.Equal([Hello, End], stream.ToBlockingEnumerable().Select(chunk => chunk.ToJson()).ToArray());
        Assert.Equal((StreamEnd.Done, "stop"), (stream.End, stream.FinishReason));
        Assert.False(body.CanRead);
    }

    [Fact]
    public void A_failure_response_from_another_client_keeps_its_status_headers_and_request_id()
    {
        var response = new HttpResponseMessage(HttpStatusCode.Accepted) { Content = new StringContent($"data: {End}\n\n", Encoding.UTF8, "text/event-stream") };
        response.Headers.Add("x-request-id", "req_7");
        using var stream = SseStream.Read<JsonMap>(response);
        Assert.Single(stream.ToBlockingEnumerable());
        Assert.Equal((202, "req_7", "req_7", StreamEnd.Finished), (stream.StatusCode, stream.RequestId, stream.Headers["X-Request-Id"], stream.End));
    }

    [Fact]
    public async Task Given_chunks_are_streamed_again_and_can_be_cut_off()
    {
        ChatCompletionChunk[] chunks = [JsonModel.FromJson<ChatCompletionChunk>(Hello)];
        using var whole = SseStream.FromChunks(chunks);
        Assert.Equal([Hello], await whole.Select(chunk => chunk.ToJson()).ToArrayAsync(TestContext.Current.CancellationToken));
        Assert.True(whole.IsComplete);

        using var cut = SseStream.FromChunks(chunks, isCut: true);
        Assert.True(await cut.MoveNextAsync());
        var error = await Assert.ThrowsAsync<StreamEndedEarlyException>(async () => await cut.MoveNextAsync());
        Assert.Equal("Hello", error.PartialText);
    }

    [Fact]
    public void Given_events_keep_their_names_and_lines()
    {
        ServerSentEvent[] events = [new("tick", "one\ntwo", "7", 100), new(null, "three", "7")];
        using var stream = SseStream.FromChunks(events);
        Assert.Equal(events, stream.ToBlockingEnumerable());
        AssistantEvent assistant = new() { Event = "thread.run.completed", ["id"] = "run_1" };
        using var run = SseStream.FromChunks([assistant], isCut: true);
        Assert.Equal("thread.run.completed", Assert.Single(run.ToBlockingEnumerable()).Event);
    }

    [Fact]
    public void A_null_source_is_refused()
    {
        Assert.Throws<ArgumentNullException>("body", () => SseStream.Read<JsonMap>((Stream)null!));
        Assert.Throws<ArgumentNullException>("response", () => SseStream.Read<JsonMap>((HttpResponseMessage)null!));
        Assert.Throws<ArgumentNullException>("chunks", () => SseStream.FromChunks<JsonMap>(null!));
    }

    [Fact]
    public void A_type_that_no_stream_contains_is_refused_by_name() =>
        Assert.Contains(nameof(Response), Assert.Throws<ArgumentException>(() => SseStream.Read<Response>(new MemoryStream())).Message);

#if !NETSTANDARD_BUILD
    [Fact]
    public async Task Linq_works_on_a_stream_without_casts()
    {
        var stop = TestContext.Current.CancellationToken;
        using var selected = SseStream.FromChunks([JsonModel.FromJson<ChatCompletionChunk>(Hello), JsonModel.FromJson<ChatCompletionChunk>(End)]);
        Assert.Equal("Hello you", string.Concat(await selected.Where(chunk => chunk.Choices.Count > 0).Select(chunk => chunk.Text).ToListAsync(stop)));

        using var typed = SseStream.FromChunks([JsonModel.FromJson<ResponseEvent>("""{"type":"response.output_text.delta","delta":"a"}""")], isCut: false);
        Assert.Equal("a", (await typed.OfType<ResponseTextDeltaEvent>().FirstAsync(stop)).Delta);

        using var left = SseStream.FromChunks([JsonModel.FromJson<ChatCompletionChunk>(Hello), JsonModel.FromJson<ChatCompletionChunk>(End)]);
        Assert.Equal("Hello", (await left.FirstAsync(stop)).Text);
        Assert.Equal(StreamEnd.Disposed, left.End);
    }
#endif
}
