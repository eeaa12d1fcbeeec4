namespace OpenAIStream;

/// <summary>The model's reasoning, or a summary of it, is complete.</summary>
public sealed class ResponseReasoningDoneEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseReasoningDoneEvent>(static () => new());

    /// <summary>The whole text.</summary>
    [FieldName("text")]
    public string? FullText => GetString("text");

    /// <summary>The index of the part in the summary, starting at 0.</summary>
    public int? SummaryIndex => GetInt32("summary_index");
}
