namespace OpenAIStream;

/// <summary>More audio, or its end.</summary>
public sealed class ResponseAudioEvent : ResponseEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseAudioEvent>(static () => new());

    /// <summary>The new audio as Base64.</summary>
    public string? Delta => GetString("delta");
}
