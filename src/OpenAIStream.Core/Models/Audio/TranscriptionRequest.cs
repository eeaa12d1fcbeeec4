using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>A request for <c>POST /audio/transcriptions</c>. A property that is null is not sent; an empty list is sent.</summary>
public sealed class TranscriptionRequest : StreamingRequest
{
    /// <summary>The recording: flac, mp3, mp4, mpeg, mpga, m4a, ogg, wav or webm.</summary>
    public byte[]? Audio { get; set; }

    /// <summary>The recording's name; services tell its format by the ending.</summary>
    public string FileName { get; set; } = "audio.wav";

    /// <summary>The language spoken, such as en.</summary>
    public string? Language { get => GetString("language"); set => SetOrRemove("language", value); }

    /// <summary>The languages that may be spoken, for models that take several.</summary>
    [AllowNull]
    public IReadOnlyList<string> Languages { get => GetList<string>("languages"); set => SetOrRemove("languages", value); }

    /// <summary>Text that shows the style, or what came before.</summary>
    public string? Prompt { get => GetString("prompt"); set => SetOrRemove("prompt", value); }

    /// <summary>Words and phrases to expect, for models that take them.</summary>
    [AllowNull]
    public IReadOnlyList<string> Keywords { get => GetList<string>("keywords"); set => SetOrRemove("keywords", value); }

    /// <summary>Sampling temperature, 0 to 1; 0 is the most predictable.</summary>
    public double? Temperature { get => GetDouble("temperature"); set => SetOrRemove("temperature", value); }

    /// <summary>
    /// The form of the answer: json, verbose_json or diarized_json; or text, srt or vtt, whose answer is plain text and
    /// becomes a <see cref="Transcription"/> with nothing but <see cref="Transcription.Text"/>.
    /// </summary>
    public string? ResponseFormat { get => GetString("response_format"); set => SetOrRemove("response_format", value); }

    /// <summary>With verbose_json: which times to tell, word or segment or both.</summary>
    [AllowNull]
    public IReadOnlyList<string> TimestampGranularities { get => GetList<string>("timestamp_granularities"); set => SetOrRemove("timestamp_granularities", value); }

    /// <summary>How the audio is cut into pieces: auto, or an object such as <see cref="TranscriptionChunking"/>.</summary>
    public object? ChunkingStrategy { get => this["chunking_strategy"]; set => SetOrRemove("chunking_strategy", value); }

    /// <summary>With diarized_json: the names of speakers that are known, at OpenAI up to 4.</summary>
    [AllowNull]
    public IReadOnlyList<string> KnownSpeakerNames { get => GetList<string>("known_speaker_names"); set => SetOrRemove("known_speaker_names", value); }

    /// <summary>How each of them sounds, as data URLs of 2 to 10 seconds of speech (<see cref="MediaFile.DataUrl"/>).</summary>
    [AllowNull]
    public IReadOnlyList<string> KnownSpeakerReferences { get => GetList<string>("known_speaker_references"); set => SetOrRemove("known_speaker_references", value); }

    /// <summary>What to include besides, such as <c>logprobs</c>.</summary>
    [AllowNull]
    public IReadOnlyList<string> Include { get => GetList<string>("include"); set => SetOrRemove("include", value); }

    /// <summary>Whether the answer is to be plain text.</summary>
    internal bool IsPlainText => ResponseFormat is "text" || IsSubtitles;

    /// <summary>Whether the plain text is to have times.</summary>
    internal bool IsSubtitles => ResponseFormat is "srt" or "vtt";
}

/// <summary>How voice activity detection cuts audio into pieces.</summary>
public sealed class TranscriptionChunking : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<TranscriptionChunking>(static () => new());

    /// <summary>The kind of detection; server_vad is the one there is.</summary>
    public string? Type { get => GetString("type"); set => SetOrRemove("type", value); }

    /// <summary>How much audio before the speech to include, in milliseconds.</summary>
    public int? PrefixPaddingMs { get => GetInt32("prefix_padding_ms"); set => SetOrRemove("prefix_padding_ms", value); }

    /// <summary>How long a silence ends a piece, in milliseconds.</summary>
    public int? SilenceDurationMs { get => GetInt32("silence_duration_ms"); set => SetOrRemove("silence_duration_ms", value); }

    /// <summary>How loud speech has to be, 0 to 1.</summary>
    public double? Threshold { get => GetDouble("threshold"); set => SetOrRemove("threshold", value); }
}
