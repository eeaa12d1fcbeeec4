namespace OpenAIStream;

/// <summary>The arguments for a function or an MCP tool, or a custom tool's input, are complete.</summary>
public sealed class ResponseArgumentsDoneEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseArgumentsDoneEvent>(static () => new());

    /// <summary>The function's name, where it is told.</summary>
    public string? Name => GetString("name");

    /// <summary>The whole arguments as JSON text.</summary>
    public string? Arguments => GetString("arguments");

    /// <summary>The whole input of a custom tool.</summary>
    [FieldName("input")]
    public string? CustomInput => GetString("input");
}
