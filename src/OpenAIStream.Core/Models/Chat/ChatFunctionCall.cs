namespace OpenAIStream;

/// <summary>A function's name and arguments, or in a stream a part of them.</summary>
public sealed class ChatFunctionCall : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ChatFunctionCall>(static () => new());

    /// <summary>The function's name.</summary>
    public string? Name { get => GetString("name"); set => SetOrRemove("name", value); }

    /// <summary>The arguments as JSON text, as the model wrote them; in a stream a piece of that text. Some servers send an object: its text.</summary>
    public string? Arguments { get => GetText("arguments"); set => SetOrRemove("arguments", value); }

    /// <summary>The arguments as an object; null as long as they are not complete and valid.</summary>
    public JsonMap? ParsedArguments => GetParsed("arguments");
}
