namespace OpenAIStream;

/// <summary>A text completion: the whole, or with streaming the part that one event brings (object <c>text_completion</c>).</summary>
public sealed class Completion : ChoiceChunk
{
    internal static readonly JsonShape Shape = new JsonShape<Completion>(
        static () => new(),
        ("choices", CompletionChoice.Shape),
        ("usage", OpenAIStream.Usage.Shape));

    /// <summary>The answers, one for each of <c>n</c>; in a stream those that have something new. May be empty.</summary>
    public IReadOnlyList<CompletionChoice> Choices => GetList<CompletionChoice>("choices");

    internal override Choice[] AnyChoices => GetList<CompletionChoice>("choices");
}
