namespace OpenAIStream;

/// <summary>More of the answer's text.</summary>
public sealed class ResponseTextDeltaEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseTextDeltaEvent>(
        static () => new(),
        ("logprobs", TokenLogprob.Shape));

    /// <summary>The new text.</summary>
    public string? Delta => GetString("delta");

    /// <summary>Log probabilities of its tokens, when asked for.</summary>
    public IReadOnlyList<TokenLogprob> Logprobs => GetList<TokenLogprob>("logprobs");

    /// <summary>Padding that hides the length of the text from who listens to the network.</summary>
    public string? Obfuscation => GetString("obfuscation");

    /// <summary>What a person would read of it.</summary>
    public override string Text => Delta ?? "";
}
