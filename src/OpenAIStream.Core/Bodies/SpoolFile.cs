namespace OpenAIStream;

/// <summary>A file that only this process uses, for data that is too large for memory: written once, read from any position, deleted at the end.</summary>
internal sealed class SpoolFile : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"openaistream-{Guid.NewGuid():N}.tmp");
    private readonly FileStream _writer;

    /// <exception cref="IOException">It cannot be created.</exception>
    public SpoolFile()
    {
        try
        {
            _writer = PrivateFile.Create(_path, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"A temporary file cannot be created: {exception.Message}", exception);
        }
    }

    /// <summary>Its size in bytes.</summary>
    public long Length { get; private set; }

    public void Write(byte[] bytes, int offset, int count)
    {
        _writer.Write(bytes, offset, count);
        Length += count;
    }

    /// <summary>Opens the data written so far, at its start.</summary>
    public Stream Open()
    {
        _writer.Flush();
        return new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferSize, useAsync: true);
    }

    /// <summary>The same for reading a piece at any position.</summary>
    public Stream OpenForPieces()
    {
        _writer.Flush();
        return new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1); // a buffer would be filled again for each read
    }

    /// <summary>Deletes the file.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        try
        {
            File.Delete(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // On Windows, a reader may still have it open; the system cleans its temporary folder.
        }
    }
}
