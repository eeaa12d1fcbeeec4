namespace OpenAIStream;

/// <summary>More of what the audio says, or its end.</summary>
public sealed class ResponseAudioTranscriptEvent : ResponseEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseAudioTranscriptEvent>(static () => new());

    /// <summary>The new text.</summary>
    public string? Delta => GetString("delta");

    /// <summary>What a person would read of it.</summary>
    public override string Text => Delta ?? "";
}
