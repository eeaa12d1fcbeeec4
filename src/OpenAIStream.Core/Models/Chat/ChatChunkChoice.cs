namespace OpenAIStream;

/// <summary>What is new in one answer of a streamed chat completion.</summary>
public sealed class ChatChunkChoice : Choice
{
    internal static readonly JsonShape Shape = new JsonShape<ChatChunkChoice>(
        static () => new(),
        ("delta", ChatMessage.Shape),
        ("message", ChatMessage.Shape),
        ("logprobs", ChatLogprobs.Shape));

    /// <summary>The new part of the message; null where the service sends none (Azure's filter results).</summary>
    public ChatMessage? Delta => GetModel<ChatMessage>("delta");

    /// <summary>Log probabilities of the tokens, when asked for.</summary>
    public ChatLogprobs? Logprobs => GetModel<ChatLogprobs>("logprobs");

    /// <inheritdoc/>
    public override string Text => (Delta ?? GetModel<ChatMessage>("message"))?.Text ?? "";
}
