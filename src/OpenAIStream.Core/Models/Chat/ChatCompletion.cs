namespace OpenAIStream;

/// <summary>A whole chat completion (object <c>chat.completion</c>).</summary>
public sealed class ChatCompletion : Answer
{
    internal static readonly JsonShape Shape = new JsonShape<ChatCompletion>(
        static () => new(),
        ("choices", ChatChoice.Shape),
        ("usage", OpenAIStream.Usage.Shape),
        ("x_groq", OpenAIStream.Usage.OwnerShape));

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

    /// <summary>The tokens used.</summary>
    public Usage? Usage => OpenAIStream.Usage.Of(this);

    /// <summary>Why the first choice ended: stop, length, content_filter, tool_calls.</summary>
    [FieldName(null)]
    public string? FinishReason => FirstChoice?.FinishReason;

    /// <summary>The text of the first choice.</summary>
    public override string Text => FirstChoice?.Text ?? "";

    /// <summary>The answers, as many as requested with <c>n</c>.</summary>
    public IReadOnlyList<ChatChoice> Choices => GetList<ChatChoice>("choices");

    private ChatChoice? FirstChoice => GetList<ChatChoice>("choices") is { Length: > 0 } choices ? choices[0] : null;
}
