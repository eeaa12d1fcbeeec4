namespace OpenAIStream;

/// <summary>An event of a response's stream. Kinds that have no type of their own are this one, with all their fields.</summary>
public class ResponseEvent : StreamChunk
{
    internal static readonly JsonShape Shape = new JsonShape<ResponseEvent>(static () => new());

    /// <summary>The event's name, such as <c>response.output_text.delta</c>.</summary>
    public string? Type => GetString("type");

    /// <summary>Which event of the response it is; resuming goes on after it.</summary>
    public long? SequenceNumber => GetInt64("sequence_number");

    /// <inheritdoc/>
    public override string Text => "";

    internal override JsonShape Family => ResponseEventTypes.Shape;
}
