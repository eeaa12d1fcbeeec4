namespace OpenAIStream;

/// <summary>A page of a list, as services give them: some items, and whether there are more.</summary>
/// <typeparam name="T">What the list holds.</typeparam>
public sealed class ListPage<T> : JsonModel where T : JsonModel, new()
{
    internal static readonly JsonShape Shape = new JsonShape<ListPage<T>>(static () => new(), ("data", JsonShape.Of<T>()));

    /// <summary>The items, in the service's order.</summary>
    public IReadOnlyList<T> Data => GetList<T>("data");

    /// <summary>Whether another page follows.</summary>
    public bool HasMore => Find("has_more") is true || (!Contains("has_more") && GetText("next_page") is not null);

    /// <summary>The query parameter that asks for the next page.</summary>
    internal KeyValuePair<string, string>? Next => GetText("next_page") is string page ? new("page", page)
        : (Id(Find("last_id")) ?? (Data.Count > 0 ? Id(Data[Data.Count - 1].Find("id")) : null)) is string id ? new("after", id)
        : null;

    private static string? Id(object? value) => value switch
    {
        string { Length: > 0 } text => text,
        long number => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>The page, if it is one, and leads on where it says that there is more.</summary>
    /// <exception cref="ResponseFormatException">It is none, or leads nowhere.</exception>
    internal ListPage<T> Checked(ListPage<T>? previous)
    {
        string? fault = Find("data") is not Array ? "The response is JSON, but not a list: it has no data. Check the path."
            : !HasMore ? null
            : Next is null ? "The list has more items, but the response does not say where they begin."
            : previous is not null && Next.Equals(previous.Next) ? "The list has more items, but its pages lead in a circle."
            : null;
        return fault is null ? this : throw new ResponseFormatException(fault) { Body = ToJson() };
    }
}
