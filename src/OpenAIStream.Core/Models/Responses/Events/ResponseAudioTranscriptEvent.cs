namespace OpenAIStream;

/// <summary>More of the transcript of the audio, or its end.</summary>
public sealed class ResponseAudioTranscriptEvent : ResponseEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseAudioTranscriptEvent>(static () => new());

    /// <summary>The new text.</summary>
    public string? Delta => GetString("delta");

    /// <summary>The readable text.</summary>
    public override string Text => Delta ?? "";
}
