namespace OpenAIStream;

/// <summary>A run of an assistant on a thread, as it is when it is told.</summary>
public sealed class ThreadRun : Answer
{
    internal static readonly JsonShape Shape = new JsonShape<ThreadRun>(static () => new(), ("usage", Usage.Shape));

    /// <summary>The run's id.</summary>
    public string? Id => GetString("id");

    /// <summary>The thread that it runs on.</summary>
    public string? ThreadId => GetString("thread_id");

    /// <summary>The assistant.</summary>
    public string? AssistantId => GetString("assistant_id");

    /// <summary>How far it is: queued, in_progress, requires_action, cancelling, cancelled, failed, completed, incomplete or expired.</summary>
    public string? Status => GetString("status");

    /// <summary>The model that answers.</summary>
    public string? Model => GetString("model");

    /// <summary>When it was created.</summary>
    [FieldName("created_at")]
    public DateTimeOffset? Created => GetUnixTime("created_at");

    /// <summary>What the run waits for, such as the outputs of tools.</summary>
    public JsonMap? RequiredAction => GetModel<JsonMap>("required_action");

    /// <summary>Why it failed.</summary>
    public JsonMap? LastError => GetModel<JsonMap>("last_error");

    /// <summary>Tokens used, once it has ended.</summary>
    public Usage? Usage => GetModel<Usage>("usage");

    /// <summary>Empty: a run's text is in the messages of its thread.</summary>
    public override string Text => "";

    /// <summary>The run's id: other calls ask for it.</summary>
    public override string ToString() => Id ?? ToJson();
}
