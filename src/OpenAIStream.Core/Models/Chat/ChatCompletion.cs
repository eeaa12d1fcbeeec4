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

    /// <summary>
    /// The conversation up to the first answer and with it: what a cmdlet had sent, tool calls and their results included.
    /// Where what was sent is not known it is the answer alone.
    /// </summary>
    public IReadOnlyList<ChatMessage> Messages
    {
        get
        {
            ChatMessage[] messages = [.. Source?.Messages ?? [], .. Choices.Take(1).Select(static choice => choice.Message).OfType<ChatMessage>()];
            return messages;
        }
    }

    internal override Choice[] AnyChoices => GetList<ChatChoice>("choices");

    internal override JsonShape GetShape() => Shape;
}
