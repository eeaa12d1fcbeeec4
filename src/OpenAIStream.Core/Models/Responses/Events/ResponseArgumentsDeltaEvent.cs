namespace OpenAIStream;

/// <summary>More of the arguments for a function or an MCP tool, or of a custom tool's input.</summary>
public sealed class ResponseArgumentsDeltaEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseArgumentsDeltaEvent>(static () => new());

    /// <summary>The new piece, as the model wrote it.</summary>
    public string? Delta => GetString("delta");

    /// <summary>Padding that hides the length of the text from who listens to the network.</summary>
    public string? Obfuscation => GetString("obfuscation");
}
