using Xunit;

namespace OpenAIStream.Tests;

/// <summary>A client created for a test.</summary>
public sealed class FakeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_blocking_methods_call_those_that_a_fake_overrides()
    {
        using var client = new Fake();
        var answer = client.Chat.Create(new(), cancellationToken: Stop);
        Assert.Equal("Hi", answer.Text);
        using var stream = client.Chat.CreateStreaming(new(), cancellationToken: Stop);
        Assert.Equal(["Hi"], await stream.Select(chunk => chunk.Text).ToListAsync(Stop));
        Assert.True(stream.IsComplete);
    }

    [Fact]
    public async Task A_member_that_a_fake_does_not_override_says_so()
    {
        using var client = new Fake();
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => client.Models.ListAsync(cancellationToken: Stop));
        Assert.Contains("Fake sends no requests", error.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => client.BaseAddress);
        Assert.Throws<NotSupportedException>(() => new FakeChat().CreateStreaming(new(), cancellationToken: Stop));
    }

    private sealed class Fake : OpenAIClient
    {
        public override StreamingEndpoint<ChatCompletionRequest, ChatCompletion, ChatCompletionChunk> Chat { get; } = new FakeChat
        {
            Answer = JsonModel.FromJson<ChatCompletion>("""{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"""),
            Chunks = [JsonModel.FromJson<ChatCompletionChunk>("""{"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}""")],
        };
    }

    private sealed class FakeChat : StreamingEndpoint<ChatCompletionRequest, ChatCompletion, ChatCompletionChunk>
    {
        public ChatCompletion? Answer { get; init; }

        public ChatCompletionChunk[]? Chunks { get; init; }

        public override Task<ChatCompletion> CreateAsync(ChatCompletionRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(Answer!);

        public override Task<SseStream<ChatCompletionChunk>> CreateStreamingAsync(ChatCompletionRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
            Chunks is null ? base.CreateStreamingAsync(request, options, cancellationToken) : Task.FromResult(SseStream.FromChunks(Chunks));
    }
}
