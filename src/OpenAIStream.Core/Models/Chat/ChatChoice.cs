namespace OpenAIStream;

/// <summary>One answer of a chat completion.</summary>
public sealed class ChatChoice : Choice
{
    internal static readonly JsonShape Shape = new JsonShape<ChatChoice>(
        static () => new(),
        ("message", ChatMessage.Shape),
        ("logprobs", ChatLogprobs.Shape),
        ("usage", Usage.Shape));

    /// <summary>The answer.</summary>
    public ChatMessage? Message => GetModel<ChatMessage>("message");

    /// <summary>Log probabilities of the tokens, if requested.</summary>
    public ChatLogprobs? Logprobs => GetModel<ChatLogprobs>("logprobs");

    /// <inheritdoc/>
    [FieldName(null)]
    public override string Text => Message?.Text ?? "";
}
