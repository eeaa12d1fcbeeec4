namespace OpenAIStream;

/// <summary>A part of a message, of reasoning or of its summary.</summary>
public sealed class ResponseContentPart : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ResponseContentPart>(
        static () => new(),
        ("annotations", ResponseAnnotation.Shape),
        ("logprobs", TokenLogprob.Shape));

    /// <summary>The kind of part: output_text, refusal, reasoning_text, summary_text, and others.</summary>
    public string? Type => GetString("type");

    /// <summary>Its text.</summary>
    public string? Text => GetString("text");

    /// <summary>The refusal of the model, instead of an answer.</summary>
    public string? Refusal => GetString("refusal");

    /// <summary>The references in the text.</summary>
    public IReadOnlyList<ResponseAnnotation> Annotations => GetList<ResponseAnnotation>("annotations");

    /// <summary>Log probabilities of its tokens, if requested.</summary>
    public IReadOnlyList<TokenLogprob> Logprobs => GetList<TokenLogprob>("logprobs");

    /// <summary>Its text, or the refusal.</summary>
    public override string ToString() => Text ?? Refusal ?? base.ToString();
}
