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

    /// <summary>The commands, one a line; or what they wrote.</summary>
    public override string ToString() =>
        Action?["commands"] is Array commands ? string.Join("\n", commands.OfType<string>())
        : Action?["command"] is Array words ? string.Join(" ", words.OfType<string>())
        : Output.Count > 0 ? string.Concat(Output.Select(static part => $"{part["stdout"]}{part["stderr"]}"))
        : base.ToString();
}
