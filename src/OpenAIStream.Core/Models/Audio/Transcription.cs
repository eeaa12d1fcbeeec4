namespace OpenAIStream;

/// <summary>A whole transcription. One that was asked for as text, srt or vtt is its <see cref="Text"/> alone, exactly as it came.</summary>
public sealed class Transcription : Answer
{
    internal static readonly JsonShape Shape = new JsonShape<Transcription>(
        static () => new(),
        ("languages", TranscriptionLanguage.Shape),
        ("segments", TranscriptionSegment.Shape),
        ("words", TranscriptionWord.Shape),
        ("logprobs", TokenLogprob.Shape),
        ("usage", TranscriptionUsage.Shape));

    /// <summary>What was said.</summary>
    [FieldName("text")]
    public override string Text => GetString("text") ?? "";

    /// <summary>The language, where it is told.</summary>
    public string? Language => GetString("language");

    /// <summary>The languages that were found, where they are told.</summary>
    public IReadOnlyList<TranscriptionLanguage> Languages => GetList<TranscriptionLanguage>("languages");

    /// <summary>How long the audio is, in seconds, where it is told.</summary>
    public double? Duration => GetDouble("duration");

    /// <summary>The parts, when asked for.</summary>
    public IReadOnlyList<TranscriptionSegment> Segments => GetList<TranscriptionSegment>("segments");

    /// <summary>The words and their times, when asked for.</summary>
    public IReadOnlyList<TranscriptionWord> Words => GetList<TranscriptionWord>("words");

    /// <summary>Log probabilities of the tokens, when asked for.</summary>
    public IReadOnlyList<TokenLogprob> Logprobs => GetList<TokenLogprob>("logprobs");

    /// <summary>What is billed: tokens, or seconds.</summary>
    public TranscriptionUsage? Usage => GetModel<TranscriptionUsage>("usage");
}
