namespace OpenAIStream;

/// <summary>A search of the web or of files.</summary>
public sealed class ResponseSearchItem : ResponseItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseSearchItem>(static () => new());

    /// <summary>What was searched for.</summary>
    public IReadOnlyList<string> Queries => GetList<string>("queries");

    /// <summary>The results, if requested.</summary>
    public IReadOnlyList<JsonMap> Results => GetList<JsonMap>("results");

    /// <summary>What a web search did.</summary>
    public JsonMap? Action => GetModel<JsonMap>("action");

    /// <summary>What was searched for.</summary>
    public override string ToString() => Queries.Count > 0 ? string.Join(", ", Queries)
        : Action?["query"] as string ?? Action?["url"] as string ?? base.ToString();
}
