namespace OpenAIStream;

/// <summary>A chunk of an API whose answers are choices, each with an index and, at its end, a finish reason.</summary>
public abstract class ChoiceChunk : StreamChunk
{
    /// <summary>The id of the request at the service.</summary>
    public string? Id => GetString("id");

    /// <summary>The kind of object, as the service names it.</summary>
    public string? Object => GetString("object");

    /// <summary>When the answer was started (field <c>created</c>, Unix seconds).</summary>
    public DateTimeOffset? Created => GetUnixTime("created");

    /// <summary>The model that answers.</summary>
    public string? Model => GetString("model");

    /// <summary>The backend configuration of the model.</summary>
    public string? SystemFingerprint => GetString("system_fingerprint");

    /// <summary>The tier that processed the request.</summary>
    public string? ServiceTier => GetString("service_tier");

    /// <summary>The tokens used; in a stream usually only on the last chunk, if requested.</summary>
    public Usage? Usage => OpenAIStream.Usage.Of(this);

    /// <summary>Why the first choice of this chunk ended: stop, length, content_filter, tool_calls; null while it continues.</summary>
    [FieldName(null)]
    public string? FinishReason => FirstChoice?.FinishReason;

    /// <inheritdoc/>
    public override string Text => FirstChoice?.Text ?? "";

    // The first answer, wherever it is in the chunk; for a chunk with other answers, the first of them.
    private Choice? FirstChoice => AnyChoices switch
    {
        [] => null,
        [var one] => one,
        var several => Array.Find(several, static choice => choice.Index == 0) ?? several[0],
    };

    internal abstract Choice[] AnyChoices { get; }
}

/// <summary>One of the answers requested with <c>n</c>.</summary>
public abstract class Choice : JsonModel
{
    /// <summary>The index of the answer, starting at 0.</summary>
    public int Index => GetInt32("index") ?? 0;

    /// <summary>Why the answer ended: stop, length, content_filter, tool_calls; null while it continues.</summary>
    public string? FinishReason => GetText("finish_reason") is string reason && reason != "null" ? reason : null;

    /// <summary>The readable text.</summary>
    public abstract string Text { get; }

    /// <summary>The text.</summary>
    public override string ToString() => Text;
}

/// <summary>A text completion: the whole, or with streaming the part of one event (object <c>text_completion</c>).</summary>
public sealed class Completion : ChoiceChunk
{
    internal static readonly JsonShape Shape = new JsonShape<Completion>(
        static () => new(),
        ("choices", CompletionChoice.Shape),
        ("usage", OpenAIStream.Usage.Shape),
        ("x_groq", OpenAIStream.Usage.OwnerShape));

    /// <summary>The answers, as many as requested with <c>n</c>; in a stream, those with new text. It can be empty.</summary>
    public IReadOnlyList<CompletionChoice> Choices => GetList<CompletionChoice>("choices");

    internal override Choice[] AnyChoices => GetList<CompletionChoice>("choices");
}

/// <summary>One answer of a text completion.</summary>
public sealed class CompletionChoice : Choice
{
    internal static readonly JsonShape Shape = new JsonShape<CompletionChoice>(static () => new(), ("usage", Usage.Shape));

    /// <inheritdoc/>
    public override string Text => GetString("text") ?? "";

    /// <summary>Log probabilities of the tokens, if requested.</summary>
    public JsonMap? Logprobs => GetModel<JsonMap>("logprobs");
}

/// <summary>The content of one event of a streamed chat completion (object <c>chat.completion.chunk</c>).</summary>
public sealed class ChatCompletionChunk : ChoiceChunk
{
    internal static readonly JsonShape Shape = new JsonShape<ChatCompletionChunk>(
        static () => new(),
        ("choices", ChatChunkChoice.Shape),
        ("usage", OpenAIStream.Usage.Shape),
        ("x_groq", OpenAIStream.Usage.OwnerShape));

    /// <summary>The answers with new content. Empty on a usage chunk and on Azure's first chunk.</summary>
    public IReadOnlyList<ChatChunkChoice> Choices => ChoiceArray;

    /// <summary>Padding that hides the length of the text on the network.</summary>
    public string? Obfuscation => GetString("obfuscation");

    internal override Choice[] AnyChoices => ChoiceArray;

    // Usually a cast to a known type, without a generic; and an array, which costs half as much as its interface.
    private ChatChunkChoice[] ChoiceArray => Find("choices") as ChatChunkChoice[] ?? GetList<ChatChunkChoice>("choices");
}

/// <summary>The new content of one answer of a streamed chat completion.</summary>
public sealed class ChatChunkChoice : Choice
{
    internal static readonly JsonShape Shape = new JsonShape<ChatChunkChoice>(
        static () => new(),
        ("delta", ChatMessage.Shape),
        ("message", ChatMessage.Shape),
        ("logprobs", ChatLogprobs.Shape),
        ("usage", Usage.Shape));

    /// <summary>The new part of the message; null if the service sends none (Azure's filter results).</summary>
    public ChatMessage? Delta => GetModel<ChatMessage>("delta");

    /// <summary>Log probabilities of the tokens, if requested.</summary>
    public ChatLogprobs? Logprobs => GetModel<ChatLogprobs>("logprobs");

    /// <inheritdoc/>
    [FieldName(null)]
    public override string Text => (Delta ?? GetModel<ChatMessage>("message"))?.Text ?? "";
}
