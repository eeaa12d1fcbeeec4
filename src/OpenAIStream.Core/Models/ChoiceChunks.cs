namespace OpenAIStream;

/// <summary>A chunk of an API whose answers are choices, each with an index and, at its end, a finish reason.</summary>
public abstract class ChoiceChunk : StreamChunk
{
    /// <summary>The request's id at the service.</summary>
    public string? Id => GetString("id");

    /// <summary>The kind of object, as the service names it.</summary>
    public string? Object => GetString("object");

    /// <summary>When the answer was begun (field <c>created</c>, Unix seconds).</summary>
    public DateTimeOffset? Created => GetUnixTime("created");

    /// <summary>The model that answers.</summary>
    public string? Model => GetString("model");

    /// <summary>The backend configuration that the model runs with.</summary>
    public string? SystemFingerprint => GetString("system_fingerprint");

    /// <summary>The tier that served the request.</summary>
    public string? ServiceTier => GetString("service_tier");

    /// <summary>Tokens used; in a stream usually on the last chunk alone, when asked for.</summary>
    public Usage? Usage => OpenAIStream.Usage.Of(this);

    /// <summary>Why the first choice of this chunk ended: stop, length, content_filter, tool_calls; null while it goes on.</summary>
    [FieldName(null)]
    public string? FinishReason => FirstChoice?.FinishReason;

    /// <inheritdoc/>
    public override string Text => FirstChoice?.Text ?? "";

    // The first answer, wherever in the chunk it is; of a chunk of other answers the first of these.
    private Choice? FirstChoice => AnyChoices switch
    {
        [] => null,
        [var one] => one,
        var several => Array.Find(several, static choice => choice.Index == 0) ?? several[0],
    };

    internal abstract Choice[] AnyChoices { get; }
}

/// <summary>One of the answers asked for with <c>n</c>.</summary>
public abstract class Choice : JsonModel
{
    /// <summary>Which answer this is, from 0.</summary>
    public int Index => GetInt32("index") ?? 0;

    /// <summary>Why the answer ended: stop, length, content_filter, tool_calls; null while it goes on.</summary>
    public string? FinishReason => GetText("finish_reason") is string reason && reason != "null" ? reason : null;

    /// <summary>What a person would read of it.</summary>
    public abstract string Text { get; }

    /// <summary>The text.</summary>
    public override string ToString() => Text;
}

/// <summary>A text completion: the whole, or with streaming the part that one event brings (object <c>text_completion</c>).</summary>
public sealed class Completion : ChoiceChunk
{
    internal static readonly JsonShape Shape = new JsonShape<Completion>(
        static () => new(),
        ("choices", CompletionChoice.Shape),
        ("usage", OpenAIStream.Usage.Shape),
        ("x_groq", OpenAIStream.Usage.OwnerShape));

    /// <summary>The answers, one for each of <c>n</c>; in a stream those that have something new. May be empty.</summary>
    public IReadOnlyList<CompletionChoice> Choices => GetList<CompletionChoice>("choices");

    internal override Choice[] AnyChoices => GetList<CompletionChoice>("choices");
}

/// <summary>One answer of a text completion.</summary>
public sealed class CompletionChoice : Choice
{
    internal static readonly JsonShape Shape = new JsonShape<CompletionChoice>(static () => new(), ("usage", Usage.Shape));

    /// <inheritdoc/>
    public override string Text => GetString("text") ?? "";

    /// <summary>Log probabilities of the tokens, when asked for.</summary>
    public JsonMap? Logprobs => GetModel<JsonMap>("logprobs");
}

/// <summary>What one event of a streamed chat completion brings (object <c>chat.completion.chunk</c>).</summary>
public sealed class ChatCompletionChunk : ChoiceChunk
{
    internal static readonly JsonShape Shape = new JsonShape<ChatCompletionChunk>(
        static () => new(),
        ("choices", ChatChunkChoice.Shape),
        ("usage", OpenAIStream.Usage.Shape),
        ("x_groq", OpenAIStream.Usage.OwnerShape));

    /// <summary>The answers that have something new. Empty on a usage chunk and on Azure's first chunk.</summary>
    public IReadOnlyList<ChatChunkChoice> Choices => ChoiceArray;

    /// <summary>Padding that hides the length of the text from who listens to the network.</summary>
    public string? Obfuscation => GetString("obfuscation");

    internal override Choice[] AnyChoices => ChoiceArray;

    // Mostly a cast to a type known here, not by way of a generic; and an array, which costs half of what its interface does.
    private ChatChunkChoice[] ChoiceArray => Find("choices") as ChatChunkChoice[] ?? GetList<ChatChunkChoice>("choices");
}

/// <summary>What is new in one answer of a streamed chat completion.</summary>
public sealed class ChatChunkChoice : Choice
{
    internal static readonly JsonShape Shape = new JsonShape<ChatChunkChoice>(
        static () => new(),
        ("delta", ChatMessage.Shape),
        ("message", ChatMessage.Shape),
        ("logprobs", ChatLogprobs.Shape),
        ("usage", Usage.Shape));

    /// <summary>The new part of the message; null where the service sends none (Azure's filter results).</summary>
    public ChatMessage? Delta => GetModel<ChatMessage>("delta");

    /// <summary>Log probabilities of the tokens, when asked for.</summary>
    public ChatLogprobs? Logprobs => GetModel<ChatLogprobs>("logprobs");

    /// <inheritdoc/>
    [FieldName(null)]
    public override string Text => (Delta ?? GetModel<ChatMessage>("message"))?.Text ?? "";
}
