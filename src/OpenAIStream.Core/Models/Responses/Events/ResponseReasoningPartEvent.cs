namespace OpenAIStream;

/// <summary>A part of the reasoning summary has started, or is complete.</summary>
public sealed class ResponseReasoningPartEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseReasoningPartEvent>(
        static () => new(),
        ("part", ResponseContentPart.Shape));

    /// <summary>The current state of the part.</summary>
    public ResponseContentPart? Part => GetModel<ResponseContentPart>("part");

    /// <summary>The index of the part in the summary, starting at 0.</summary>
    public int? SummaryIndex => GetInt32("summary_index");

    /// <summary>The status, if the service sends it.</summary>
    public string? Status => GetString("status");
}
