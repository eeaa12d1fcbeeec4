namespace OpenAIStream;

/// <summary>A command that the model wants to run in a shell has begun, goes on, or is complete.</summary>
public sealed class ResponseShellCommandEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseShellCommandEvent>(static () => new());

    /// <summary>Which command of the call it is, from 0.</summary>
    public int? CommandIndex => GetInt32("command_index");

    /// <summary>The whole command, when it is complete.</summary>
    public string? Command => GetString("command");

    /// <summary>The new piece.</summary>
    public string? Delta => GetString("delta");

    /// <summary>Padding that hides the length of the text from who listens to the network.</summary>
    public string? Obfuscation => GetString("obfuscation");
}
