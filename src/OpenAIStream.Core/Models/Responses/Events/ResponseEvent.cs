namespace OpenAIStream;

/// <summary>An event in the stream of a response. Events without a type of their own have this type, with all their fields.</summary>
public class ResponseEvent : StreamChunk
{
    internal static readonly JsonShape Shape = new JsonShape<ResponseEvent>(
        static () => new(),
        ("output", ResponseItem.AnyShape),
        ("usage", ResponseUsage.Shape));

    /// <summary>The name of the event, such as <c>response.output_text.delta</c>.</summary>
    public string? Type => GetString("type");

    /// <summary>The number of the event in the response; resuming continues after it.</summary>
    public long? SequenceNumber => GetInt64("sequence_number");

    /// <summary>The readable text; for a whole response instead of events, its text.</summary>
    public override string Text => IsWholeResponse ? ToResponse().Text : "";

    /// <summary>Whether it is a whole response, from a service that does not stream.</summary>
    internal bool IsWholeResponse => Type is null && (Find("object") is "response" || Find("output") is ResponseItem[]);

    /// <summary>Returns the whole response.</summary>
    internal Response ToResponse()
    {
        var response = new Response();
        response.Attach(this);
        return response;
    }

    internal override JsonShape Family => ResponseEventTypes.Shape;
}
