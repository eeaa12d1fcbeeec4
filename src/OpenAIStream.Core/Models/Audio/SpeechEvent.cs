namespace OpenAIStream;

/// <summary>An event of streamed speech (<c>speech.audio.delta</c>, <c>speech.audio.done</c>).</summary>
public sealed class SpeechEvent : StreamChunk
{
    internal static readonly JsonShape Shape = new JsonShape<SpeechEvent>(static () => new(), ("usage", ResponseUsage.Shape));

    /// <summary>The name of the event.</summary>
    public string? Type => GetString("type");

    /// <summary>More of the audio, as Base64; null at the end.</summary>
    [FieldName("audio")]
    public string? AudioBase64 => GetString("audio");

    /// <summary>The tokens used, at the end.</summary>
    public ResponseUsage? Usage => GetModel<ResponseUsage>("usage");

    /// <inheritdoc/>
    public override string Text => "";

    /// <summary>Returns the audio of this event; empty if it has none.</summary>
    /// <exception cref="ResponseFormatException">The audio is not Base64.</exception>
    public byte[] ToBytes() => HasText("audio") ? MediaBytes.Read(this, "audio", "audio") : [];
}
