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
    public Usage? Usage => GetModel<Usage>("usage");

    /// <summary>Why the first choice of this chunk ended: stop, length, content_filter, tool_calls; null while it goes on.</summary>
    public string? FinishReason => FirstChoice?.FinishReason;

    /// <inheritdoc/>
    public override string Text => FirstChoice?.Text ?? "";

    private Choice? FirstChoice => AnyChoices is { Length: > 0 } choices ? choices[0] : null;

    internal abstract Choice[] AnyChoices { get; }
}

/// <summary>One of the answers asked for with <c>n</c>.</summary>
public abstract class Choice : JsonModel
{
    /// <summary>Which answer this is, from 0.</summary>
    public int Index => GetInt32("index") ?? 0;

    /// <summary>Why the answer ended: stop, length, content_filter, tool_calls; null while it goes on.</summary>
    public string? FinishReason => GetString("finish_reason");

    /// <summary>What a person would read of it.</summary>
    public abstract string Text { get; }
}
