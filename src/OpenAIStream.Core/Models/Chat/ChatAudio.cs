namespace OpenAIStream;

/// <summary>What the model says aloud: the audio of a message, or in a stream a piece of it.</summary>
public sealed class ChatAudio : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ChatAudio>(static () => new());

    /// <summary>The audio's id, by which a later request names it. In a stream on the first piece.</summary>
    public string? Id { get => GetString("id"); set => SetOrRemove("id", value); }

    /// <summary>The audio as Base64, in the format that was asked for; in a stream more of it.</summary>
    [FieldName("data")]
    public string? AudioBase64 => GetString("data");

    /// <summary>What is said, as text; in a stream more of it.</summary>
    public string? Transcript => GetString("transcript");

    /// <summary>Until when a later request can name it (Unix seconds).</summary>
    public DateTimeOffset? ExpiresAt => GetUnixTime("expires_at");

    /// <summary>The audio as bytes; empty where there is none.</summary>
    /// <exception cref="ResponseFormatException">It is not Base64.</exception>
    public byte[] ToBytes() => HasText("data") ? MediaBytes.Read(this, "data", "audio") : [];

    /// <summary>What is said.</summary>
    public override string ToString() => Transcript ?? "";
}
