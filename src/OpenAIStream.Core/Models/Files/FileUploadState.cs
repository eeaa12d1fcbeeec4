namespace OpenAIStream;

/// <summary>The progress of an upload in parts. Another call, even in another process, can continue with it: <see cref="JsonModel.ToJson"/> saves it.</summary>
public sealed class FileUploadState : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<FileUploadState>(static () => new());

    /// <summary>The id of the upload at the service.</summary>
    public string? UploadId { get => GetString("upload_id"); set => SetOrRemove("upload_id", value); }

    /// <summary>The size of the whole file in bytes.</summary>
    public long? Bytes { get => GetInt64("bytes"); set => SetOrRemove("bytes", value); }

    /// <summary>The size of each part but the last.</summary>
    public long? PartSize { get => GetInt64("part_size"); set => SetOrRemove("part_size", value); }

    /// <summary>The ids of the parts that the service has received, in order.</summary>
    public IReadOnlyList<string> PartIds { get => GetList<string>("part_ids"); set => SetOrRemove("part_ids", value); }

    /// <summary>
    /// Whether the service was asked to complete the upload and its answer is not known. The file may have been stored, so
    /// a call that continues never starts over: see <see cref="FileUploadException"/>.
    /// </summary>
    public bool IsCompleting { get => GetBoolean("is_completing") == true; set => SetOrRemove("is_completing", value ? true : null); }

    /// <summary>When the service discards the upload; null if unknown.</summary>
    public DateTimeOffset? ExpiresAt => GetUnixTime("expires_at");

    /// <summary>The number of bytes that the service has received.</summary>
    [FieldName(null)]
    public long SentBytes => Math.Min(PartIds.Count * (PartSize ?? 0), Bytes ?? 0);
}
