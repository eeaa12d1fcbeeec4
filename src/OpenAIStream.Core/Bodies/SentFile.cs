namespace OpenAIStream;

/// <summary>A file to send, or a part of one: as long as it was when it was specified, and read while it is sent.</summary>
/// <param name="Path">The file.</param>
/// <param name="Length">The number of bytes to send.</param>
/// <param name="ContentType">The media type, detected from the content or the name.</param>
internal sealed record SentFile(string Path, long Length, string ContentType)
{
    private const int BufferSize = 64 * 1024;
    private const int HeadSize = 16;

    /// <summary>The position of the first byte to send.</summary>
    public long Start { get; init; }

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
            byte[] head = new byte[HeadSize];
            int count = file.Read(head, 0, head.Length);
            return new SentFile(path, file.Length, MediaKind.TypeOf(head.AsSpan(0, count), path));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"'{path}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>A part of the file.</summary>
    public SentFile Part(long start, long length) => this with { Start = Start + start, Length = length };

    /// <summary>Opens the file at its beginning.</summary>
    public Stream Open()
    {
        var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferSize, useAsync: true);
        file.Position = Start;
        return new LimitedStream(file, Length);
    }
}
