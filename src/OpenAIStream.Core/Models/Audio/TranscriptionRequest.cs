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

    /// <summary>Text that shows the style, or what came before.</summary>
    public string? Prompt { get => GetString("prompt"); set => SetOrRemove("prompt", value); }

    /// <summary>Sampling temperature, 0 to 1; 0 is the most predictable.</summary>
    public double? Temperature { get => GetDouble("temperature"); set => SetOrRemove("temperature", value); }

    /// <summary>The form of the answer: json, verbose_json or diarized_json.</summary>
    public string? ResponseFormat { get => GetString("response_format"); set => SetOrRemove("response_format", value); }

    /// <summary>What to include besides, such as <c>logprobs</c>.</summary>
    [AllowNull]
    public IReadOnlyList<string> Include { get => GetList<string>("include"); set => SetOrRemove("include", value); }
}
