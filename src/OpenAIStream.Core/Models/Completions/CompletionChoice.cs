namespace OpenAIStream;

/// <summary>One answer of a text completion.</summary>
public sealed class CompletionChoice : Choice
{
    internal static readonly JsonShape Shape = new JsonShape<CompletionChoice>(static () => new());

    /// <inheritdoc/>
    public override string Text => GetString("text") ?? "";

    /// <summary>Log probabilities of the tokens, when asked for.</summary>
    public JsonMap? Logprobs => GetModel<JsonMap>("logprobs");
}
