namespace OpenAIStream;

/// <summary>A conversation that the service keeps: responses add to it what was asked and what they answer.</summary>
public sealed class Conversation : JsonModel
{
    /// <summary>The conversation's id.</summary>
    public string? Id => GetString("id");

    /// <summary>The kind of object: <c>conversation</c>.</summary>
    public string? Object => GetString("object");

    /// <summary>When it was made.</summary>
    [FieldName("created_at")]
    public DateTimeOffset? Created => GetUnixTime("created_at");

    /// <summary>What is attached to it, as names and values.</summary>
    public JsonMap? Metadata => GetModel<JsonMap>("metadata");

    /// <summary>The id.</summary>
    public override string ToString() => Id ?? base.ToString();
}
