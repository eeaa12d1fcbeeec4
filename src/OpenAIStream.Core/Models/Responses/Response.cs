namespace OpenAIStream;

/// <summary>A response: the whole answer of <c>POST /responses</c>, or its state in an event of its stream.</summary>
public sealed class Response : Answer
{
    internal static readonly JsonShape Shape = new JsonShape<Response>(
        static () => new(),
        ("output", ResponseItem.AnyShape),
        ("usage", ResponseUsage.Shape));

    /// <summary>The id of the response, for resuming and for the next request.</summary>
    public string? Id => GetString("id");

    /// <summary>The kind of object, as the service names it.</summary>
    public string? Object => GetString("object");

    /// <summary>completed, failed, in_progress, cancelled, queued or incomplete.</summary>
    public string? Status => GetString("status");

    /// <summary>The model that answers.</summary>
    public string? Model => GetString("model");

    /// <summary>When it was started.</summary>
    [FieldName("created_at")]
    public DateTimeOffset? Created => GetUnixTime("created_at");

    /// <summary>When it was completed; null before that.</summary>
    [FieldName("completed_at")]
    public DateTimeOffset? Completed => GetUnixTime("completed_at");

    /// <summary>The output of the model: messages, reasoning, tool calls.</summary>
    public IReadOnlyList<ResponseItem> Output => GetList<ResponseItem>("output");

    /// <summary>The readable text: that of all messages that are not commentary.</summary>
    public override string Text => string.Concat(Output.OfType<ResponseMessageItem>().Where(static message => !message.IsCommentary).Select(static message => message.Text));

    /// <summary>The tokens used.</summary>
    public ResponseUsage? Usage => GetModel<ResponseUsage>("usage");

    /// <summary>Why it failed: code and message.</summary>
    public JsonMap? Error => GetModel<JsonMap>("error");

    /// <summary>Why it is incomplete: its reason.</summary>
    public JsonMap? IncompleteDetails => GetModel<JsonMap>("incomplete_details");

    /// <summary>The response that this one continues from.</summary>
    public string? PreviousResponseId => GetString("previous_response_id");

    /// <summary>The conversation that it belongs to: its <c>id</c>.</summary>
    public JsonMap? Conversation => GetModel<JsonMap>("conversation");

    /// <summary>Whether it runs without a connection.</summary>
    public bool? Background => GetBoolean("background");

    /// <summary>The tier that processed the request.</summary>
    public string? ServiceTier => GetString("service_tier");

    /// <summary>The metadata of the request.</summary>
    public JsonMap? Metadata => GetModel<JsonMap>("metadata");
}
