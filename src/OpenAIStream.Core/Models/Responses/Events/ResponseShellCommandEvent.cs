namespace OpenAIStream;

/// <summary>A shell command that the model requests has started, continues, or is complete.</summary>
public sealed class ResponseShellCommandEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseShellCommandEvent>(static () => new());

    /// <summary>The index of the command in the call, starting at 0.</summary>
    public int? CommandIndex => GetInt32("command_index");

    /// <summary>The whole command, when it is complete.</summary>
    public string? Command => GetString("command");

    /// <summary>The new piece.</summary>
    public string? Delta => GetString("delta");

    /// <summary>Padding that hides the length of the text on the network.</summary>
    public string? Obfuscation => GetString("obfuscation");
}
