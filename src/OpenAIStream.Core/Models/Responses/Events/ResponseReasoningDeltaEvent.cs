namespace OpenAIStream;

/// <summary>More of what the model thinks, or of a summary of it.</summary>
public sealed class ResponseReasoningDeltaEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseReasoningDeltaEvent>(static () => new());

    /// <summary>The new text.</summary>
    public string? Delta => GetString("delta");

    /// <summary>Which part of the summary it is, from 0.</summary>
    public int? SummaryIndex => GetInt32("summary_index");

    /// <summary>Padding that hides the length of the text from who listens to the network.</summary>
    public string? Obfuscation => GetString("obfuscation");
}
