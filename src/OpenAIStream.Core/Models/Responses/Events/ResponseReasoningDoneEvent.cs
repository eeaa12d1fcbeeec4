namespace OpenAIStream;

/// <summary>What the model thinks, or a summary of it, is complete.</summary>
public sealed class ResponseReasoningDoneEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseReasoningDoneEvent>(static () => new());

    /// <summary>The whole text.</summary>
    [FieldName("text")]
    public string? FullText => GetString("text");

    /// <summary>Which part of the summary it is, from 0.</summary>
    public int? SummaryIndex => GetInt32("summary_index");
}
