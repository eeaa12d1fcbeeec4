namespace OpenAIStream;

/// <summary>One event of an assistants stream; its name says what its data is.</summary>
public sealed class AssistantEvent : StreamChunk
{
    internal static readonly JsonShape Shape = new JsonShape<AssistantEvent>(static () => new());

    private JsonMap? _data;
    private (JsonFields Fields, object? Held) _shown; // what the data was created from

    /// <summary>
    /// The name of the event, such as <c>thread.run.created</c> or <c>thread.message.delta</c>; null if the stream has
    /// none. It is not part of the payload.
    /// </summary>
    public string? Event { get; set; }

    /// <summary>
    /// The object that the event is about: a thread, run, run step, message or delta. It has the same fields as the event
    /// itself. A change to the event also shows here; a change made here does not affect the event.
    /// </summary>
    public JsonMap Data
    {
        get
        {
            if (_data is null || !ReferenceEquals(_shown.Fields, Fields) || !ReferenceEquals(_shown.Held, Held))
            {
                _data = new JsonMap();
                _data.Attach(this);
                _shown = (Fields, Held);
            }

            return _data;
        }
    }

    /// <summary>The readable text: that of a message delta, otherwise empty.</summary>
    public override string Text => Event != "thread.message.delta" || Find("delta") is not JsonModel delta || delta.Find("content") is not object?[] parts
        ? ""
        : string.Concat(parts.OfType<JsonModel>().Select(static part => (part.Find("text") as JsonModel)?.Find("value") as string));
}
