namespace OpenAIStream;

/// <summary>A whole chat completion (object <c>chat.completion</c>).</summary>
public sealed class ChatCompletion : ChoiceChunk
{
    internal static readonly JsonShape Shape = new JsonShape<ChatCompletion>(
        static () => new(),
        ("choices", ChatChoice.Shape),
        ("usage", OpenAIStream.Usage.Shape));

    /// <summary>The answers, one for each of <c>n</c>.</summary>
    public IReadOnlyList<ChatChoice> Choices => GetList<ChatChoice>("choices");

    internal override IReadOnlyList<Choice> AnyChoices => Choices;

    internal override JsonShape GetShape() => Shape;
}
