namespace OpenAIStream;

/// <summary>The output of shell commands.</summary>
public sealed class ResponseShellOutputEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseShellOutputEvent>(static () => new());

    /// <summary>The index of the command in the call, starting at 0.</summary>
    public int? CommandIndex => GetInt32("command_index");

    /// <summary>The new output, by stdout and stderr.</summary>
    public JsonMap? Delta => GetModel<JsonMap>("delta");

    /// <summary>The whole output, when it is complete.</summary>
    public IReadOnlyList<JsonMap> Output => GetList<JsonMap>("output");
}
