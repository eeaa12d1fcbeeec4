namespace OpenAIStream;

/// <summary>A shortened context. It is not a response to continue from: its output is the beginning of the next request's input.</summary>
public sealed class CompactedResponse : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<CompactedResponse>(
        static () => new(),
        ("output", ResponseItem.AnyShape),
        ("usage", ResponseUsage.Shape));

    /// <summary>The id of the compaction.</summary>
    public string? Id => GetString("id");

    /// <summary>The kind of object: <c>response.compaction</c>.</summary>
    public string? Object => GetString("object");

    /// <summary>When the response was compacted.</summary>
    [FieldName("created_at")]
    public DateTimeOffset? Created => GetUnixTime("created_at");

    /// <summary>The items that represent the context. The next request needs all of them.</summary>
    public IReadOnlyList<ResponseItem> Output => GetList<ResponseItem>("output");

    /// <summary>The tokens used.</summary>
    public ResponseUsage? Usage => GetModel<ResponseUsage>("usage");

    /// <summary>The id.</summary>
    public override string ToString() => Id ?? base.ToString();
}
