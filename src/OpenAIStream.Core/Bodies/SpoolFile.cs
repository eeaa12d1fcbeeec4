namespace OpenAIStream;

/// <summary>A file of this process alone, for what is too much for memory: written once, read from any place, deleted at the end.</summary>
internal sealed class SpoolFile : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"openaistream-{Guid.NewGuid():N}.tmp");
    private readonly FileStream _writer;

    /// <exception cref="IOException">It cannot be made.</exception>
    public SpoolFile()
    {
        try
        {
            _writer = PrivateFile.Create(_path, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"No temporary file can be made: {exception.Message}", exception);
        }
    }

    /// <summary>How many bytes it has.</summary>
    public long Length { get; private set; }

    public void Write(byte[] bytes, int offset, int count)
    {
        _writer.Write(bytes, offset, count);
        Length += count;
    }

    /// <summary>Opens what has been written by now at its beginning.</summary>
    public Stream Open()
    {
        _writer.Flush();
        return new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferSize, useAsync: true);
    }

    /// <summary>The same for reading here and there, a piece at a time.</summary>
    public Stream OpenForPieces()
    {
        _writer.Flush();
        return new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1); // a buffer would be read anew for each
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
            // Whoever reads it still has it open, on Windows; the system's own cleaning gets it.
        }
    }
}
