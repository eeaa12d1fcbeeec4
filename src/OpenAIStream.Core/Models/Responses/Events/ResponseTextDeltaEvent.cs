namespace OpenAIStream;

/// <summary>More of the answer's text.</summary>
public sealed class ResponseTextDeltaEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseTextDeltaEvent>(
        static () => new(),
        ("logprobs", TokenLogprob.Shape));

    /// <summary>The new text.</summary>
    public string? Delta => GetString("delta");

    /// <summary>Log probabilities of its tokens, if requested.</summary>
    public IReadOnlyList<TokenLogprob> Logprobs => GetList<TokenLogprob>("logprobs");

    /// <summary>Padding that hides the length of the text on the network.</summary>
    public string? Obfuscation => GetString("obfuscation");

    /// <summary>The readable text.</summary>
    public override string Text => Delta ?? "";
}
