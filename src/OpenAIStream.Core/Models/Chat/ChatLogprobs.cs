namespace OpenAIStream;

/// <summary>Log probabilities of an answer's tokens.</summary>
public sealed class ChatLogprobs : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ChatLogprobs>(
        static () => new(),
        ("content", TokenLogprob.Shape),
        ("refusal", TokenLogprob.Shape));

    /// <summary>Those of the content.</summary>
    public IReadOnlyList<TokenLogprob> Content => GetList<TokenLogprob>("content");

    /// <summary>Those of the refusal.</summary>
    public IReadOnlyList<TokenLogprob> Refusal => GetList<TokenLogprob>("refusal");
}
