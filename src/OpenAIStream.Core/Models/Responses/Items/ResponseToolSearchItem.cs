namespace OpenAIStream;

/// <summary>A search for tools, the tools it found, or tools that were added.</summary>
public sealed class ResponseToolSearchItem : ResponseCallItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseToolSearchItem>(static () => new());

    /// <summary>Where the search runs: server or client.</summary>
    public string? Execution => GetString("execution");

    /// <summary>What is searched for, as JSON text.</summary>
    public string? Arguments => GetJsonText("arguments");

    /// <summary>Who added the tools.</summary>
    public string? Role => GetString("role");

    /// <summary>The tools.</summary>
    public IReadOnlyList<JsonMap> Tools => GetList<JsonMap>("tools");

    /// <summary>The names of the tools, or what is searched for.</summary>
    public override string ToString() => Tools.Count > 0 ? string.Join(", ", Tools.Select(static tool => tool["name"] ?? tool["type"]))
        : Arguments ?? base.ToString();
}
