namespace OpenAIStream;

/// <summary>The arguments of a function or an MCP tool, or the input of a custom tool, are complete.</summary>
public sealed class ResponseArgumentsDoneEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseArgumentsDoneEvent>(static () => new());

    /// <summary>The name of the function, if the service sends it.</summary>
    public string? Name => GetString("name");

    /// <summary>The whole arguments as JSON text.</summary>
    public string? Arguments => GetString("arguments");

    /// <summary>The whole input of a custom tool.</summary>
    [FieldName("input")]
    public string? CustomInput => GetString("input");
}
