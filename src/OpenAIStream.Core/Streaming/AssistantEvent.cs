namespace OpenAIStream;

/// <summary>One event of an assistants stream: its name tells what its data is.</summary>
/// <param name="Event">The event's name, such as <c>thread.run.created</c> or <c>thread.message.delta</c>; null when the stream gave none.</param>
/// <param name="Data">The object that it is about: a thread, run, run step, message or delta.</param>
public sealed record AssistantEvent(string? Event, JsonMap Data)
{
    /// <summary>An event with no name and an empty object.</summary>
    public AssistantEvent() : this(null, new JsonMap())
    {
    }

    /// <summary>What a person would read of it: the text of a message's delta, else nothing.</summary>
    public string Text => Event != "thread.message.delta" || Data.Find("delta") is not JsonModel delta || delta.Find("content") is not object?[] parts
        ? ""
        : string.Concat(parts.OfType<JsonModel>().Select(static part => (part.Find("text") as JsonModel)?.Find("value") as string));
}
