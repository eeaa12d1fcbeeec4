namespace OpenAIStream;

/// <summary>A part of the answer's text is complete.</summary>
public sealed class ResponseTextDoneEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseTextDoneEvent>(
        static () => new(),
        ("logprobs", TokenLogprob.Shape));

    /// <summary>The whole text of the part; it was already sent as deltas, so <see cref="ResponseEvent.Text"/> is empty.</summary>
    [FieldName("text")]
    public string? FullText => GetString("text");

    /// <summary>Log probabilities of its tokens, if requested.</summary>
    public IReadOnlyList<TokenLogprob> Logprobs => GetList<TokenLogprob>("logprobs");
}
