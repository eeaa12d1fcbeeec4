namespace OpenAIStream;

/// <summary>The state of an assistant's run on a thread.</summary>
public sealed class ThreadRun : Answer
{
    internal static readonly JsonShape Shape = new JsonShape<ThreadRun>(static () => new(), ("usage", Usage.Shape));

    /// <summary>The id of the run.</summary>
    public string? Id => GetString("id");

    /// <summary>The thread that it runs on.</summary>
    public string? ThreadId => GetString("thread_id");

    /// <summary>The assistant.</summary>
    public string? AssistantId => GetString("assistant_id");

    /// <summary>The status: queued, in_progress, requires_action, cancelling, cancelled, failed, completed, incomplete or expired.</summary>
    public string? Status => GetString("status");

    /// <summary>The model that answers.</summary>
    public string? Model => GetString("model");

    /// <summary>When it was created.</summary>
    [FieldName("created_at")]
    public DateTimeOffset? Created => GetUnixTime("created_at");

    /// <summary>What the run waits for, such as the outputs of tools.</summary>
    public JsonMap? RequiredAction => GetModel<JsonMap>("required_action");

    /// <summary>Why the run failed.</summary>
    public JsonMap? LastError => GetModel<JsonMap>("last_error");

    /// <summary>The tokens used, once the run has ended.</summary>
    public Usage? Usage => GetModel<Usage>("usage");

    /// <summary>Empty: the text of a run is in the messages of its thread.</summary>
    public override string Text => "";

    /// <summary>The id of the run, which other calls need.</summary>
    public override string ToString() => Id ?? ToJson();
}
