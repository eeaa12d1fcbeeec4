namespace OpenAIStream;

/// <summary>A file that is stored at the service.</summary>
public sealed class OpenAIFile : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<OpenAIFile>(static () => new());

    /// <summary>The id of the file, for requests.</summary>
    public string? Id => GetString("id");

    /// <summary>The name of the file.</summary>
    public string? Filename => GetString("filename");

    /// <summary>The purpose of the file: batch, user_data, batch_output and so on.</summary>
    public string? Purpose => GetString("purpose");

    /// <summary>The size in bytes.</summary>
    public long? Bytes => GetInt64("bytes");

    /// <summary>When the file was created.</summary>
    public DateTimeOffset? CreatedAt => GetUnixTime("created_at");

    /// <summary>When the service deletes the file; null if it does not.</summary>
    public DateTimeOffset? ExpiresAt => GetUnixTime("expires_at");

    /// <summary>The processing status; some services need time before a file can be used.</summary>
    public string? Status => GetString("status");

    /// <summary>The kind of object: <c>file</c>.</summary>
    public string? Object => GetString("object");

    /// <summary>The id.</summary>
    public override string ToString() => Id ?? base.ToString();
}
