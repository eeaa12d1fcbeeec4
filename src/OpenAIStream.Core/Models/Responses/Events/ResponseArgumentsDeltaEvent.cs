namespace OpenAIStream;

/// <summary>More of the arguments of a function or an MCP tool, or of the input of a custom tool.</summary>
public sealed class ResponseArgumentsDeltaEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseArgumentsDeltaEvent>(static () => new());

    /// <summary>The new piece, as the model wrote it.</summary>
    public string? Delta => GetString("delta");

    /// <summary>Padding that hides the length of the text on the network.</summary>
    public string? Obfuscation => GetString("obfuscation");
}
