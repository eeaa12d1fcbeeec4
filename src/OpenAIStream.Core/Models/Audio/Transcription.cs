namespace OpenAIStream;

/// <summary>A whole transcription. If it was requested as text, srt or vtt, it contains only <see cref="Text"/>, exactly as it was received.</summary>
public sealed class Transcription : Answer
{
    internal static readonly JsonShape Shape = new JsonShape<Transcription>(
        static () => new(),
        ("languages", TranscriptionLanguage.Shape),
        ("segments", TranscriptionSegment.Shape),
        ("words", TranscriptionWord.Shape),
        ("logprobs", TokenLogprob.Shape),
        ("usage", TranscriptionUsage.Shape));

    /// <summary>The transcribed text.</summary>
    [FieldName("text")]
    public override string Text => GetString("text") ?? "";

    /// <summary>The language, if the service returns it.</summary>
    public string? Language => GetString("language");

    /// <summary>The detected languages, if the service returns them.</summary>
    public IReadOnlyList<TranscriptionLanguage> Languages => GetList<TranscriptionLanguage>("languages");

    /// <summary>The length of the audio in seconds, if the service returns it.</summary>
    public double? Duration => GetDouble("duration");

    /// <summary>The segments, if requested.</summary>
    public IReadOnlyList<TranscriptionSegment> Segments => GetList<TranscriptionSegment>("segments");

    /// <summary>The words and their times, if requested.</summary>
    public IReadOnlyList<TranscriptionWord> Words => GetList<TranscriptionWord>("words");

    /// <summary>Log probabilities of the tokens, if requested.</summary>
    public IReadOnlyList<TokenLogprob> Logprobs => GetList<TokenLogprob>("logprobs");

    /// <summary>What is billed: tokens, or seconds.</summary>
    public TranscriptionUsage? Usage => GetModel<TranscriptionUsage>("usage");
}
