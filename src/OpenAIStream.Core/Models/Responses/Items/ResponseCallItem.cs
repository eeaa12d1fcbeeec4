namespace OpenAIStream;

/// <summary>A call of a tool, or its result.</summary>
public abstract class ResponseCallItem : ResponseItem
{
    private protected ResponseCallItem()
    {
    }

    /// <summary>The call's id, which its result names.</summary>
    public string? CallId => GetString("call_id");

    /// <summary>Who called: the model itself, or a program that it wrote (its <c>type</c> and <c>caller_id</c>).</summary>
    public JsonMap? Caller => GetModel<JsonMap>("caller");

    /// <summary>Who made the item, where the service tells.</summary>
    public string? CreatedBy => GetString("created_by");
}
