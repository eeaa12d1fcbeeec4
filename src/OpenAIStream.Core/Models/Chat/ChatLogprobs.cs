namespace OpenAIStream;

/// <summary>Log probabilities of an answer's tokens.</summary>
public sealed class ChatLogprobs : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ChatLogprobs>(
        static () => new(),
        ("content", TokenLogprob.Shape),
        ("refusal", TokenLogprob.Shape));

    /// <summary>Of the content's tokens.</summary>
    public IReadOnlyList<TokenLogprob> Content => GetList<TokenLogprob>("content");

    /// <summary>Of the refusal's tokens.</summary>
    public IReadOnlyList<TokenLogprob> Refusal => GetList<TokenLogprob>("refusal");
}
