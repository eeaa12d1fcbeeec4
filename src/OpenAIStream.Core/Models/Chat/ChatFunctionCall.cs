namespace OpenAIStream;

/// <summary>The name and arguments of a function, or in a stream a part of them.</summary>
public sealed class ChatFunctionCall : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ChatFunctionCall>(static () => new());

    /// <summary>The name of the function.</summary>
    public string? Name { get => GetString("name"); set => SetOrRemove("name", value); }

    /// <summary>The arguments as JSON text, as the model wrote them; in a stream, a piece of that text.</summary>
    public string? Arguments { get => GetJsonText("arguments"); set => SetOrRemove("arguments", value); }

    /// <summary>The call with its arguments as text, as requests require them, also if there are none.</summary>
    internal ChatFunctionCall ToInput()
    {
        var call = (ChatFunctionCall)Copy();
        call.Arguments = string.IsNullOrEmpty(Arguments) ? "{}" : Arguments;
        return call;
    }

    /// <summary>The arguments as an object; null as long as they are not complete and valid.</summary>
    public JsonMap? ParsedArguments => GetParsed("arguments");

    /// <summary>The call as it would be written in code: <c>name({"argument":"value"})</c>; in a stream, the new piece of the arguments.</summary>
    public override string ToString() => ReadCall(Name, Arguments);

    internal static string ReadCall(string? name, string? arguments) => name is null ? arguments ?? "" : $"{name}({arguments})";
}
