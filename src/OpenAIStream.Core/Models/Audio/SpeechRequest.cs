namespace OpenAIStream;

/// <summary>A request for <c>POST /audio/speech</c>. A property that is null is not sent.</summary>
public sealed class SpeechRequest : StreamingRequest
{
    /// <summary>The text to speak.</summary>
    public string? Input { get => GetString("input"); set => SetOrRemove("input", value); }

    /// <summary>The voice, such as alloy.</summary>
    public string? Voice { get => GetString("voice"); set => SetOrRemove("voice", value); }

    /// <summary>How to speak.</summary>
    public string? Instructions { get => GetString("instructions"); set => SetOrRemove("instructions", value); }

    /// <summary>The format: mp3, opus, aac, flac, wav or pcm.</summary>
    public string? ResponseFormat { get => GetString("response_format"); set => SetOrRemove("response_format", value); }

    /// <summary>The speed, 0.25 to 4.</summary>
    public double? Speed { get => GetDouble("speed"); set => SetOrRemove("speed", value); }
}
