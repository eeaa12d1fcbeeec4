using System.Globalization;

namespace OpenAIStream;

/// <summary>A page of a list: some items, and whether there are more.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class ListPage<T> where T : JsonModel
{
    /// <summary>Creates a page, for example in a test.</summary>
    /// <param name="data">The items.</param>
    /// <param name="hasMore">Whether another page follows.</param>
    public ListPage(IReadOnlyList<T> data, bool hasMore = false)
    {
        Guard.NotNull(data, nameof(data));
        Data = data;
        HasMore = hasMore;
    }

    /// <summary>The items, in the order of the service.</summary>
    public IReadOnlyList<T> Data { get; }

    /// <summary>Whether another page follows.</summary>
    public bool HasMore { get; }

    /// <summary>The query parameter that requests the next page.</summary>
    internal KeyValuePair<string, string>? Next => Trail?.Next;

    /// <summary>The way to the next page; null if there is none.</summary>
    internal ListTrail? Trail { get; init; }
}

/// <summary>The way from the first page of a list to the next one.</summary>
/// <param name="Next">The query parameter that requests the next page.</param>
/// <param name="EmptyPages">The number of pages without items since the last item.</param>
/// <param name="Before">The way to the page before; null for the first page.</param>
internal sealed record ListTrail(KeyValuePair<string, string> Next, int EmptyPages, ListTrail? Before)
{
    /// <summary>Whether it comes to a page that was requested before.</summary>
    public bool IsCircle
    {
        get
        {
            for (var earlier = Before; earlier is not null; earlier = earlier.Before)
            {
                if (earlier.Next.Value == Next.Value && earlier.Next.Key == Next.Key)
                {
                    return true;
                }
            }

            return false;
        }
    }
}

/// <summary>A page as it is received.</summary>
internal sealed class ListFields<T> : JsonModel where T : JsonModel, new()
{
    private const int MostEmptyPages = 10;

    internal static readonly JsonShape Shape = new JsonShape<ListFields<T>>(static () => new(), ("data", new T().Family ?? JsonShape.Of<T>()));

    /// <summary>The page, if it is valid and leads to the next page if it says that there is one.</summary>
    /// <exception cref="ResponseFormatException">It is not valid, or does not lead to the next page.</exception>
    public ListPage<T> ToPage(ListPage<T>? previous)
    {
        T[] data = GetList<T>("data");
        string? nextPage = GetText("next_page");
        bool hasMore = Find("has_more") is true || (!Contains("has_more") && nextPage is not null);
        KeyValuePair<string, string>? next = nextPage is not null ? new("page", nextPage)
            : (Id(Find("last_id")) ?? (data.Length > 0 ? Id(data[data.Length - 1].Find("id")) : null)) is string id ? new("after", id)
            : null;
        var before = previous?.Trail;
        var trail = hasMore && next is { } cursor ? new ListTrail(cursor, data.Length > 0 ? 0 : (before?.EmptyPages ?? 0) + 1, before) : null;
        string? fault = Find("data") is not Array ? "The response is JSON, but not a list: it has no 'data' field. Check the path."
            : !hasMore ? null
            : trail is null ? "The list has more items, but the response does not say where the next page begins."
            : trail.IsCircle ? "The list has more items, but its pages refer to each other in a circle."
            : trail.EmptyPages == MostEmptyPages ? $"The list has more items according to the response, but its last {MostEmptyPages} pages were empty."
            : null;
        return fault is null ? new ListPage<T>(data, hasMore) { Trail = trail } : throw new ResponseFormatException(fault) { Body = ToJson() };
    }

    private static string? Id(object? value) => value switch
    {
        string { Length: > 0 } text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };
}
