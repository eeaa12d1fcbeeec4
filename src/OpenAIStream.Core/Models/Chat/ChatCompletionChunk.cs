namespace OpenAIStream;

/// <summary>What one event of a streamed chat completion brings (object <c>chat.completion.chunk</c>).</summary>
public sealed class ChatCompletionChunk : ChoiceChunk
{
    internal static readonly JsonShape Shape = new JsonShape<ChatCompletionChunk>(
        static () => new(),
        ("choices", ChatChunkChoice.Shape),
        ("usage", OpenAIStream.Usage.Shape));

    /// <summary>The answers that have something new. Empty on a usage chunk and on Azure's first chunk.</summary>
    public IReadOnlyList<ChatChunkChoice> Choices => ChoiceArray;

    /// <summary>Padding that hides the length of the text from who listens to the network.</summary>
    public string? Obfuscation => GetString("obfuscation");

    internal override Choice[] AnyChoices => ChoiceArray;

    // Mostly a cast to a type known here, not by way of a generic; and an array, which costs half of what its interface does.
    private ChatChunkChoice[] ChoiceArray => Find("choices") as ChatChunkChoice[] ?? GetList<ChatChunkChoice>("choices");
}
