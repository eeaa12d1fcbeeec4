namespace OpenAIStream;

/// <summary>A page of a list of items.</summary>
public sealed class ResponseItemPage : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ResponseItemPage>(
        static () => new(),
        ("data", ResponseItem.AnyShape));

    /// <summary>The items.</summary>
    public IReadOnlyList<ResponseItem> Data => GetList<ResponseItem>("data");

    /// <summary>The id of the first item.</summary>
    public string? FirstId => GetString("first_id");

    /// <summary>The id of the last item, after which the next page begins.</summary>
    public string? LastId => GetString("last_id");

    /// <summary>Whether another page follows.</summary>
    public bool HasMore => GetBoolean("has_more") == true;
}
