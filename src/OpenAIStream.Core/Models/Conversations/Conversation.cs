namespace OpenAIStream;

/// <summary>A conversation that the service stores: responses add their input and output to it.</summary>
public sealed class Conversation : JsonModel
{
    /// <summary>The id of the conversation.</summary>
    public string? Id => GetString("id");

    /// <summary>The kind of object: <c>conversation</c>.</summary>
    public string? Object => GetString("object");

    /// <summary>When the conversation was created.</summary>
    [FieldName("created_at")]
    public DateTimeOffset? Created => GetUnixTime("created_at");

    /// <summary>The metadata, as names and values.</summary>
    public JsonMap? Metadata => GetModel<JsonMap>("metadata");

    /// <summary>The id.</summary>
    public override string ToString() => Id ?? base.ToString();
}
