namespace OpenAIStream;

/// <summary>A file to upload. It is read while it is sent, and is never in memory as a whole.</summary>
public sealed class FileUpload
{
    /// <summary>The largest file that is sent in one request: 512 MB. A larger file is sent in parts.</summary>
    public const long MostBytesAtOnce = 512L * 1024 * 1024;

    /// <summary>The largest part: 64 MB.</summary>
    public const long LargestPart = 64L * 1024 * 1024;

    private readonly Func<long, long, Stream> _open;
    private readonly SentFile? _file;

    /// <summary>Creates an upload of a local file.</summary>
    /// <param name="path">The file. If it changes before it is sent, the upload fails.</param>
    /// <param name="purpose">The purpose of the file, such as <c>batch</c> or <c>user_data</c>.</param>
    /// <exception cref="IOException">The file does not exist, cannot be read, is empty, or is not a regular file (a device, a pipe).</exception>
    public FileUpload(string path, string purpose)
    {
        Guard.NotNull(purpose, nameof(purpose));
        var file = SentFile.At(path);
        (FileName, Length, ContentType, Purpose) = (Path.GetFileName(path), file.Length, file.ContentType, purpose);
        _file = file;
        _open = (start, length) => file.Part(start, length).Open();
    }

    /// <summary>Creates an upload of a file from another source.</summary>
    /// <param name="fileName">The file name that is sent to the service.</param>
    /// <param name="open">
    /// Opens the file at its beginning, again for each attempt and each part. The client disposes what it opens. To send a
    /// file in parts, its stream must support seeking.
    /// </param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="purpose">The purpose of the file, such as <c>batch</c> or <c>user_data</c>.</param>
    public FileUpload(string fileName, Func<Stream> open, long length, string purpose)
    {
        Guard.NotNull(fileName, nameof(fileName));
        Guard.NotNull(open, nameof(open));
        Guard.NotNull(purpose, nameof(purpose));
        (FileName, Length, ContentType, Purpose) = (fileName, length, MediaKind.TypeOf([], fileName), purpose);
        _open = (start, partLength) =>
        {
            var stream = open();
            if (start > 0)
            {
                stream.Position = start;
            }

            return new LimitedStream(stream, partLength, fileName);
        };
    }

    /// <summary>The file name that is sent to the service.</summary>
    public string FileName { get; set; }

    /// <summary>The number of bytes.</summary>
    public long Length { get; }

    /// <summary>When the local file was last written, in UTC; null for a file from another source.</summary>
    public DateTime? LastWriteTime => _file?.LastWriteTime;

    /// <summary>The purpose of the file.</summary>
    public string Purpose { get; set; }

    /// <summary>The media type; by default detected from the content or the name.</summary>
    public string ContentType { get; set; }

    /// <summary>
    /// The time after its creation at which the service deletes the file: an hour to 30 days. Null, the default, uses the
    /// rule of the service.
    /// </summary>
    public TimeSpan? ExpiresAfter { get; set; }

    /// <summary>
    /// The size of the parts in which the file is sent, in bytes, up to <see cref="LargestPart"/>. Null, the default, uses
    /// parts only for a file larger than <see cref="MostBytesAtOnce"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1 or above the limit.</exception>
    public long? PartSize
    {
        get;
        set => field = value is not (< 1 or > LargestPart) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"The size of a part must be 1 to {LargestPart} bytes.");
    }

    /// <summary>
    /// The state of an earlier upload in parts, to continue it; null starts a new upload. The state of another file, or one
    /// that has expired, is ignored.
    /// </summary>
    public FileUploadState? ResumeFrom { get; set; }

    /// <summary>
    /// Called with the state of the upload each time it changes: after each part, before the service is asked to complete
    /// the upload, and after a refusal. Store it: if the upload fails, you can pass it to <see cref="ResumeFrom"/>.
    /// </summary>
    public Action<FileUploadState>? OnPart { get; set; }

    internal long? EffectivePartSize => PartSize ?? (Length > MostBytesAtOnce || IsCompleting ? LargestPart : null);

    /// <summary>Whether the service was asked to complete this upload, and its answer was lost.</summary>
    internal bool IsCompleting => ResumeFrom is { IsCompleting: true, UploadId: not null } asked && asked.Bytes == Length;

    /// <exception cref="SentFileException">The file has changed.</exception>
    internal void Check() => _file?.Check();

    /// <summary>The file that the service has stored.</summary>
    /// <exception cref="ResponseFormatException">The service has stored something else.</exception>
    internal OpenAIFile Checked(OpenAIFile stored)
    {
        if (stored.Bytes is not long bytes || bytes == Length)
        {
            return stored;
        }

        throw new ResponseFormatException(FormattableString.Invariant(
            $"'{FileName}' has {Length} bytes, but the service says that it stored {bytes} bytes, with the id '{stored.Id}'. Delete that file, and send it again."))
        {
            Body = stored.ToJson(),
        };
    }

    internal Stream Open(long start, long length) => _open(start, length);

    internal JsonMap Fields()
    {
        var fields = new JsonMap { ["purpose"] = Purpose };
        if (ExpiresAfter is TimeSpan time)
        {
            fields["expires_after"] = new JsonMap { ["anchor"] = "created_at", ["seconds"] = (long)time.TotalSeconds };
        }

        return fields;
    }
}
