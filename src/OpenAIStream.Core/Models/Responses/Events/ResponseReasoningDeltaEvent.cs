namespace OpenAIStream;

/// <summary>More of the model's reasoning, or of a summary of it.</summary>
public sealed class ResponseReasoningDeltaEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseReasoningDeltaEvent>(static () => new());

    /// <summary>The new text.</summary>
    public string? Delta => GetString("delta");

    /// <summary>The index of the part in the summary, starting at 0.</summary>
    public int? SummaryIndex => GetInt32("summary_index");

    /// <summary>Padding that hides the length of the text on the network.</summary>
    public string? Obfuscation => GetString("obfuscation");
}
