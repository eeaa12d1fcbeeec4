namespace OpenAIStream;

/// <summary>An event of a response's stream. Kinds that have no type of their own are this one, with all their fields.</summary>
public class ResponseEvent : StreamChunk
{
    internal static readonly JsonShape Shape = new JsonShape<ResponseEvent>(
        static () => new(),
        ("output", ResponseItem.AnyShape),
        ("usage", ResponseUsage.Shape));

    /// <summary>The event's name, such as <c>response.output_text.delta</c>.</summary>
    public string? Type => GetString("type");

    /// <summary>Which event of the response it is; resuming goes on after it.</summary>
    public long? SequenceNumber => GetInt64("sequence_number");

    /// <summary>What a person would read of it; of a whole response that came in place of events, its text.</summary>
    public override string Text => IsWholeResponse ? ToResponse().Text : "";

    /// <summary>Whether it is a whole response, from a service that does not stream.</summary>
    internal bool IsWholeResponse => Type is null && (Find("object") is "response" || Find("output") is ResponseItem[]);

    /// <summary>The whole response.</summary>
    internal Response ToResponse()
    {
        var response = new Response();
        response.Attach(Fields, Values);
        return response;
    }

    internal override JsonShape Family => ResponseEventTypes.Shape;
}
