namespace OpenAIStream;

/// <summary>A shell call, or its output.</summary>
public sealed class ResponseShellItem : ResponseCallItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseShellItem>(static () => new());

    /// <summary>What to run: commands and limits.</summary>
    public JsonMap? Action => GetModel<JsonMap>("action");

    /// <summary>Where the commands run.</summary>
    public JsonMap? Environment => GetModel<JsonMap>("environment");

    /// <summary>The maximum number of characters of output that the model receives; null for no limit.</summary>
    public int? MaxOutputLength => GetInt32("max_output_length");

    /// <summary>The output of the commands.</summary>
    public IReadOnlyList<JsonMap> Output => GetList<JsonMap>("output");

    /// <summary>The commands, one per line; or their output.</summary>
    public override string ToString() =>
        Action?["commands"] is Array commands ? string.Join("\n", commands.OfType<string>())
        : Action?["command"] is Array words ? string.Join(" ", words.OfType<string>())
        : Output.Count > 0 ? string.Concat(Output.Select(static part => $"{part["stdout"]}{part["stderr"]}"))
        : base.ToString();
}
