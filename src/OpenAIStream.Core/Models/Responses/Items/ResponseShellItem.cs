namespace OpenAIStream;

/// <summary>A shell call, or its output.</summary>
public sealed class ResponseShellItem : ResponseItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseShellItem>(static () => new());

    /// <summary>The call's id, which its result names.</summary>
    public string? CallId => GetString("call_id");

    /// <summary>What to run: commands and limits.</summary>
    public JsonMap? Action => GetModel<JsonMap>("action");

    /// <summary>What the commands gave.</summary>
    public IReadOnlyList<JsonMap> Output => GetList<JsonMap>("output");
}
