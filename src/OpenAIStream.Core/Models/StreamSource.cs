namespace OpenAIStream;

/// <summary>The request that chunks are the answer to: one object for all of them, so that a chunk carries one reference.</summary>
/// <param name="messages">The messages that were sent; empty for an API that takes none.</param>
/// <param name="previous">The request before, when this one answers its tool calls.</param>
internal sealed class StreamSource(IReadOnlyList<ChatMessage> messages, StreamSource? previous)
{
    public IReadOnlyList<ChatMessage> Messages { get; } = messages;

    public StreamSource? Previous { get; } = previous;

    public static StreamSource Of(StreamingRequest request, StreamSource? previous) =>
        new((request as ChatCompletionRequest)?.Messages ?? [], previous);
}
