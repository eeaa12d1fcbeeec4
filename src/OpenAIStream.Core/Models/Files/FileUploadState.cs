namespace OpenAIStream;

/// <summary>How far the upload of a file in parts has come. With it another call goes on, also in another process: <see cref="JsonModel.ToJson"/> writes it.</summary>
public sealed class FileUploadState : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<FileUploadState>(static () => new());

    /// <summary>The upload's id at the service.</summary>
    public string? UploadId { get => GetString("upload_id"); set => SetOrRemove("upload_id", value); }

    /// <summary>The size of the whole file in bytes.</summary>
    public long? Bytes { get => GetInt64("bytes"); set => SetOrRemove("bytes", value); }

    /// <summary>The size of each part but the last.</summary>
    public long? PartSize { get => GetInt64("part_size"); set => SetOrRemove("part_size", value); }

    /// <summary>The ids of the parts that the service has, in their order.</summary>
    public IReadOnlyList<string> PartIds { get => GetList<string>("part_ids"); set => SetOrRemove("part_ids", value); }

    /// <summary>When the service forgets the upload; null where it does not say.</summary>
    public DateTimeOffset? ExpiresAt => GetUnixTime("expires_at");

    /// <summary>How many bytes the service has.</summary>
    [FieldName(null)]
    public long SentBytes => Math.Min(PartIds.Count * (PartSize ?? 0), Bytes ?? 0);
}
