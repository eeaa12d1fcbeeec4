namespace OpenAIStream;

/// <summary>A file to upload. It is read while it is sent, and is never in memory as a whole.</summary>
public sealed class FileUpload
{
    /// <summary>The largest file that is sent in one request: 512 MB. A larger one goes in parts.</summary>
    public const long MostBytesAtOnce = 512L * 1024 * 1024;

    /// <summary>The largest part: 64 MB.</summary>
    public const long LargestPart = 64L * 1024 * 1024;

    private readonly Func<long, long, Stream> _open;

    /// <summary>A file on this machine.</summary>
    /// <param name="path">The file. What is written to it later is not sent.</param>
    /// <param name="purpose">What it is for, such as <c>batch</c> or <c>user_data</c>.</param>
    /// <exception cref="IOException">There is no such file, or it cannot be read, or is empty or no file (a device, a pipe).</exception>
    public FileUpload(string path, string purpose)
    {
        Guard.NotNull(purpose, nameof(purpose));
        var file = SentFile.At(path);
        (FileName, Length, ContentType, Purpose) = (Path.GetFileName(path), file.Length, file.ContentType, purpose);
        _open = (start, length) => file.Part(start, length).Open();
    }

    /// <summary>A file that comes from elsewhere.</summary>
    /// <param name="fileName">The name that the service is told.</param>
    /// <param name="open">Opens it at its beginning, for each attempt and each part anew. What it opens is disposed of; a file in parts has to be one that seeks.</param>
    /// <param name="length">How many bytes there are.</param>
    /// <param name="purpose">What it is for, such as <c>batch</c> or <c>user_data</c>.</param>
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

            return new LimitedStream(stream, partLength);
        };
    }

    /// <summary>The name that the service is told.</summary>
    public string FileName { get; set; }

    /// <summary>How many bytes there are.</summary>
    public long Length { get; }

    /// <summary>What it is for.</summary>
    public string Purpose { get; set; }

    /// <summary>Its media type; by default what its content or its name shows.</summary>
    public string ContentType { get; set; }

    /// <summary>When the service deletes it, from its making on: an hour to 30 days. Null, the default, is the service's own rule.</summary>
    public TimeSpan? ExpiresAfter { get; set; }

    /// <summary>
    /// Sends it in parts of so many bytes, up to <see cref="LargestPart"/>. Null, the default, does so for a file above
    /// <see cref="MostBytesAtOnce"/> alone.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1 or above the limit.</exception>
    public long? PartSize
    {
        get;
        set => field = value is not (< 1 or > LargestPart) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"The size of a part must be 1 to {LargestPart} bytes.");
    }

    /// <summary>How far an earlier upload in parts had come, to go on with it; null begins anew. One that is of another file or has expired is not used.</summary>
    public FileUploadState? ResumeFrom { get; set; }

    /// <summary>Told after each part how far the upload is: what <see cref="ResumeFrom"/> takes, should it break.</summary>
    public Action<FileUploadState>? OnPart { get; set; }

    internal long? EffectivePartSize => PartSize ?? (Length > MostBytesAtOnce ? LargestPart : null);

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
