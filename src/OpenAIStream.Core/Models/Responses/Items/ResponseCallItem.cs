namespace OpenAIStream;

/// <summary>A tool call, or its result.</summary>
public abstract class ResponseCallItem : ResponseItem
{
    private protected ResponseCallItem()
    {
    }

    /// <summary>The id of the call, which its result has to contain.</summary>
    public string? CallId => GetString("call_id");

    /// <summary>The caller: the model itself, or a program that it wrote (its <c>type</c> and <c>caller_id</c>).</summary>
    public JsonMap? Caller => GetModel<JsonMap>("caller");

    /// <summary>Who created the item, if the service sends it.</summary>
    public string? CreatedBy => GetString("created_by");
}
