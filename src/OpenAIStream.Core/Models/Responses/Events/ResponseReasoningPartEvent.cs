namespace OpenAIStream;

/// <summary>A part of the reasoning's summary has begun, or is done.</summary>
public sealed class ResponseReasoningPartEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseReasoningPartEvent>(
        static () => new(),
        ("part", ResponseContentPart.Shape));

    /// <summary>The part as it is now.</summary>
    public ResponseContentPart? Part => GetModel<ResponseContentPart>("part");

    /// <summary>Which part of the summary it is, from 0.</summary>
    public int? SummaryIndex => GetInt32("summary_index");

    /// <summary>How far it is, where that is told.</summary>
    public string? Status => GetString("status");
}
