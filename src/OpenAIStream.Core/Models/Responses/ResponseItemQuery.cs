namespace OpenAIStream;

/// <summary>Which items of a list to get, and in which order.</summary>
public sealed class ResponseItemQuery
{
    /// <summary>The id of the item before the first one to get; null begins at the start of the list.</summary>
    public string? After { get; set; }

    /// <summary>The maximum number of items in a page, 1 to 100; null uses the default of the service, 20.</summary>
    public int? Limit { get; set; }

    /// <summary>Whether the oldest item comes first; null uses the default of the service, the newest first.</summary>
    public bool? OldestFirst { get; set; }

    /// <summary>Additional data to include, such as <c>message.output_text.logprobs</c>.</summary>
    public IReadOnlyList<string> Include { get; set; } = [];

    /// <summary>The query string, including its question mark.</summary>
    internal string ToQuery()
    {
        var parts = new List<string>();
        if (After is not null)
        {
            parts.Add("after=" + Uri.EscapeDataString(After));
        }

        if (Limit is int limit)
        {
            parts.Add(FormattableString.Invariant($"limit={limit}"));
        }

        if (OldestFirst is bool isOldestFirst)
        {
            parts.Add(isOldestFirst ? "order=asc" : "order=desc");
        }

        parts.AddRange(Include.Select(static one => "include%5B%5D=" + Uri.EscapeDataString(one)));
        return parts.Count == 0 ? "" : "?" + string.Join("&", parts);
    }
}
