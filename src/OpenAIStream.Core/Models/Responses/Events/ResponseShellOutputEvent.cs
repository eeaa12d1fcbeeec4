namespace OpenAIStream;

/// <summary>Output of a shell's commands.</summary>
public sealed class ResponseShellOutputEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseShellOutputEvent>(static () => new());

    /// <summary>Which command of the call it is of, from 0.</summary>
    public int? CommandIndex => GetInt32("command_index");

    /// <summary>What is new, by stdout and stderr.</summary>
    public JsonMap? Delta => GetModel<JsonMap>("delta");

    /// <summary>The whole output, when it is complete.</summary>
    public IReadOnlyList<JsonMap> Output => GetList<JsonMap>("output");
}
