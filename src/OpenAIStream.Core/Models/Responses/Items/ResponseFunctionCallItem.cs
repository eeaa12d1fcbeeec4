namespace OpenAIStream;

/// <summary>A function call that the model requests.</summary>
public sealed class ResponseFunctionCallItem : ResponseCallItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseFunctionCallItem>(static () => new());

    /// <summary>The name of the function.</summary>
    public string? Name => GetString("name");

    /// <summary>The group of tools that it belongs to, if there are groups.</summary>
    public string? Namespace => GetString("namespace");

    /// <summary>Whether the model continues without waiting for the result.</summary>
    public bool? Async => GetBoolean("async");

    /// <summary>The arguments as JSON text, as the model wrote them.</summary>
    public string? Arguments => GetJsonText("arguments");

    /// <summary>The arguments as an object; null as long as they are not complete and valid.</summary>
    public JsonMap? ParsedArguments => GetParsed("arguments");

    /// <summary>The call as it would be written in code: <c>name({"argument":"value"})</c>.</summary>
    public override string ToString() => ChatFunctionCall.ReadCall(Name, Arguments);
}
