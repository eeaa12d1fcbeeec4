namespace OpenAIStream;

/// <summary>The spoken answer of the model: the audio of a message, or in a stream a piece of it.</summary>
public sealed class ChatAudio : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ChatAudio>(static () => new());

    /// <summary>The id of the audio, by which a later request refers to it. In a stream, it is on the first piece.</summary>
    public string? Id { get => GetString("id"); set => SetOrRemove("id", value); }

    /// <summary>The audio as Base64, in the requested format; in a stream, the next piece.</summary>
    [FieldName("data")]
    public string? AudioBase64 => GetString("data");

    /// <summary>The spoken text; in a stream, the next piece.</summary>
    public string? Transcript => GetString("transcript");

    /// <summary>When the id of the audio expires (Unix seconds).</summary>
    public DateTimeOffset? ExpiresAt => GetUnixTime("expires_at");

    /// <summary>Returns the audio as bytes; empty if there is none.</summary>
    /// <exception cref="ResponseFormatException">The audio is not Base64.</exception>
    public byte[] ToBytes() => HasText("data") ? MediaBytes.Read(this, "data", "audio") : [];

    /// <summary>The spoken text.</summary>
    public override string ToString() => Transcript ?? "";
}
