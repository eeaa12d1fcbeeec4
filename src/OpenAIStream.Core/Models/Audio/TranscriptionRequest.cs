using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>A request for <c>POST /audio/transcriptions</c>. A property that is null is not sent; an empty list is sent.</summary>
public sealed class TranscriptionRequest : StreamingRequest
{
    /// <summary>The recording: flac, mp3, mp4, mpeg, mpga, m4a, ogg, wav or webm.</summary>
    public byte[]? Audio { get; set; }

    /// <summary>The name of the recording; services recognize its format by the extension.</summary>
    public string FileName { get; set; } = "audio.wav";

    /// <summary>The spoken language, such as en.</summary>
    public string? Language { get => GetString("language"); set => SetOrRemove("language", value); }

    /// <summary>The possible languages, for models that support several.</summary>
    [AllowNull]
    public IReadOnlyList<string> Languages { get => GetList<string>("languages"); set => SetOrRemove("languages", value); }

    /// <summary>Text that shows the style, or the text before this recording.</summary>
    public string? Prompt { get => GetString("prompt"); set => SetOrRemove("prompt", value); }

    /// <summary>Words and phrases to expect, for models that support them.</summary>
    [AllowNull]
    public IReadOnlyList<string> Keywords { get => GetList<string>("keywords"); set => SetOrRemove("keywords", value); }

    /// <summary>Sampling temperature, 0 to 1; 0 is the most predictable.</summary>
    public double? Temperature { get => GetDouble("temperature"); set => SetOrRemove("temperature", value); }

    /// <summary>
    /// The format of the answer: json, verbose_json or diarized_json; or text, srt or vtt, whose answer is plain text and
    /// becomes a <see cref="Transcription"/> with only <see cref="Transcription.Text"/>.
    /// </summary>
    public string? ResponseFormat { get => GetString("response_format"); set => SetOrRemove("response_format", value); }

    /// <summary>With verbose_json: the times to return, word or segment or both.</summary>
    [AllowNull]
    public IReadOnlyList<string> TimestampGranularities { get => GetList<string>("timestamp_granularities"); set => SetOrRemove("timestamp_granularities", value); }

    /// <summary>How the audio is split: auto, or an object such as <see cref="TranscriptionChunking"/>.</summary>
    public object? ChunkingStrategy { get => this["chunking_strategy"]; set => SetOrRemove("chunking_strategy", value); }

    /// <summary>With diarized_json: the names of known speakers, at OpenAI up to 4.</summary>
    [AllowNull]
    public IReadOnlyList<string> KnownSpeakerNames { get => GetList<string>("known_speaker_names"); set => SetOrRemove("known_speaker_names", value); }

    /// <summary>A sample of each speaker, as data URLs of 2 to 10 seconds of speech (<see cref="MediaFile.DataUrl"/>).</summary>
    [AllowNull]
    public IReadOnlyList<string> KnownSpeakerReferences { get => GetList<string>("known_speaker_references"); set => SetOrRemove("known_speaker_references", value); }

    /// <summary>Additional data to include, such as <c>logprobs</c>.</summary>
    [AllowNull]
    public IReadOnlyList<string> Include { get => GetList<string>("include"); set => SetOrRemove("include", value); }

    /// <summary>Whether the answer should be plain text.</summary>
    internal bool IsPlainText => ResponseFormat is "text" || IsSubtitles;

    /// <summary>Whether the plain text should have times.</summary>
    internal bool IsSubtitles => ResponseFormat is "srt" or "vtt";
}

/// <summary>How voice activity detection splits audio.</summary>
public sealed class TranscriptionChunking : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<TranscriptionChunking>(static () => new());

    /// <summary>The kind of detection; currently only server_vad.</summary>
    public string? Type { get => GetString("type"); set => SetOrRemove("type", value); }

    /// <summary>The length of audio before the speech to include, in milliseconds.</summary>
    public int? PrefixPaddingMs { get => GetInt32("prefix_padding_ms"); set => SetOrRemove("prefix_padding_ms", value); }

    /// <summary>The length of a silence that ends a piece, in milliseconds.</summary>
    public int? SilenceDurationMs { get => GetInt32("silence_duration_ms"); set => SetOrRemove("silence_duration_ms", value); }

    /// <summary>The minimum loudness of speech, 0 to 1.</summary>
    public double? Threshold { get => GetDouble("threshold"); set => SetOrRemove("threshold", value); }
}
