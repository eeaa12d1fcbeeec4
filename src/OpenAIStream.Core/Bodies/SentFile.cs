namespace OpenAIStream;

/// <summary>
/// A file to send, or a part of one. It is read while it is sent, and must not change after it was specified: otherwise
/// the service would receive a mixture of old and new content.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="Length">The number of bytes to send.</param>
/// <param name="ContentType">The media type, detected from the content or the name.</param>
internal sealed record SentFile(string Path, long Length, string ContentType)
{
    private const int BufferSize = 64 * 1024;
    private const int HeadSize = 16;

    /// <summary>The position of the first byte to send.</summary>
    public long Start { get; init; }

    /// <summary>The size of the whole file.</summary>
    public long FileLength { get; init; }

    /// <summary>When the file was last written, in UTC.</summary>
    public DateTime LastWriteTime { get; init; }

    /// <exception cref="IOException">The file does not exist, cannot be read, is empty, or is not a regular file.</exception>
    public static SentFile At(string path)
    {
        Guard.NotNull(path, nameof(path));
        try
        {
            if (Compat.LengthOf(path) is null or 0) // opening a pipe would block, and a device may have no end
            {
                throw new IOException($"'{path}' is empty or not a regular file. Devices and pipes cannot be sent.");
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var written = Compat.LastWriteTimeOf(file);
            byte[] head = new byte[HeadSize];
            int count = file.Read(head, 0, head.Length);
            return new SentFile(path, file.Length, MediaKind.TypeOf(head.AsSpan(0, count), path)) { FileLength = file.Length, LastWriteTime = written };
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"'{path}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>A part of the file.</summary>
    public SentFile Part(long start, long length) => this with { Start = Start + start, Length = length };

    /// <summary>Opens the file at its beginning.</summary>
    /// <exception cref="SentFileException">The file has changed, or can no longer be read.</exception>
    public Stream Open()
    {
        FileStream file;
        try
        {
            file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferSize, useAsync: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SentFileException(Path, $"'{Path}' can no longer be read: {exception.Message}", exception);
        }

        try
        {
            Check(file);
            file.Position = Start;
            return new LimitedStream(file, Length, Path, () => Check(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Checks that the file has not changed.</summary>
    /// <exception cref="SentFileException">The file has changed, or can no longer be read.</exception>
    public void Check() => Open().Dispose();

    private void Check(FileStream file)
    {
        if (file.Length != FileLength || Compat.LastWriteTimeOf(file) != LastWriteTime)
        {
            throw new SentFileException(Path, $"'{Path}' was changed while it was being sent. Send it again when no other program writes to it.");
        }
    }
}
