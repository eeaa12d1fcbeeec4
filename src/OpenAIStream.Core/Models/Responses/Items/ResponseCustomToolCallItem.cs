namespace OpenAIStream;

/// <summary>A custom tool that the model asks for.</summary>
public sealed class ResponseCustomToolCallItem : ResponseCallItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseCustomToolCallItem>(static () => new());

    /// <summary>The tool's name.</summary>
    public string? Name => GetString("name");

    /// <summary>The group of tools that it is from, where there are groups.</summary>
    public string? Namespace => GetString("namespace");

    /// <summary>Whether the model goes on without waiting for the result.</summary>
    public bool? Async => GetBoolean("async");

    /// <summary>What the tool is given.</summary>
    public string? Input => GetString("input");

    /// <summary>The call as code would write it: <c>name(input)</c>.</summary>
    public override string ToString() => ChatFunctionCall.ReadCall(Name, Input);
}
