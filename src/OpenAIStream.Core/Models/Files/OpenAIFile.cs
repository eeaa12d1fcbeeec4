namespace OpenAIStream;

/// <summary>A file that the service keeps.</summary>
public sealed class OpenAIFile : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<OpenAIFile>(static () => new());

    /// <summary>Its id, as requests take it.</summary>
    public string? Id => GetString("id");

    /// <summary>Its name.</summary>
    public string? Filename => GetString("filename");

    /// <summary>What it is for: batch, user_data, batch_output and so on.</summary>
    public string? Purpose => GetString("purpose");

    /// <summary>Its size in bytes.</summary>
    public long? Bytes => GetInt64("bytes");

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt => GetUnixTime("created_at");

    /// <summary>When the service deletes it; null where it keeps it.</summary>
    public DateTimeOffset? ExpiresAt => GetUnixTime("expires_at");

    /// <summary>How far the service is with it; some services need time before a file can be used.</summary>
    public string? Status => GetString("status");

    /// <summary>What kind of object this is: <c>file</c>.</summary>
    public string? Object => GetString("object");

    /// <summary>The id.</summary>
    public override string ToString() => Id ?? base.ToString();
}
