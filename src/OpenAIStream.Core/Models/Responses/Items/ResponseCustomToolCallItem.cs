namespace OpenAIStream;

/// <summary>A custom tool that the model asks for.</summary>
public sealed class ResponseCustomToolCallItem : ResponseItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseCustomToolCallItem>(static () => new());

    /// <summary>The call's id, which its result names.</summary>
    public string? CallId => GetString("call_id");

    /// <summary>The tool's name.</summary>
    public string? Name => GetString("name");

    /// <summary>What the tool is given.</summary>
    public string? Input => GetString("input");

    /// <summary>The call as code would write it: <c>name(input)</c>.</summary>
    public override string ToString() => ChatFunctionCall.ReadCall(Name, Input);
}
