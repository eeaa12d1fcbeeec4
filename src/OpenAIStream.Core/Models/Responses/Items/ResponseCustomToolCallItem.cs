namespace OpenAIStream;

/// <summary>A call of a custom tool that the model requests.</summary>
public sealed class ResponseCustomToolCallItem : ResponseCallItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseCustomToolCallItem>(static () => new());

    /// <summary>The name of the tool.</summary>
    public string? Name => GetString("name");

    /// <summary>The group of tools that it belongs to, if there are groups.</summary>
    public string? Namespace => GetString("namespace");

    /// <summary>Whether the model continues without waiting for the result.</summary>
    public bool? Async => GetBoolean("async");

    /// <summary>The input of the tool.</summary>
    public string? Input => GetString("input");

    /// <summary>The call as it would be written in code: <c>name(input)</c>.</summary>
    public override string ToString() => ChatFunctionCall.ReadCall(Name, Input);
}
