namespace OpenAIStream;

/// <summary>
/// A file being written: it is either complete or not created. The bytes are written to a file next to it, which gets its
/// name at the end; disposing before that leaves nothing.
/// </summary>
internal sealed class WholeFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private bool _isFinished;

    /// <param name="path">The file.</param>
    /// <param name="isPrivate">Whether only the user may read it.</param>
    public WholeFile(string path, bool isPrivate = false)
    {
        _path = path;
        _temporary = TemporaryName.For(path);
        Stream = isPrivate ? PrivateFile.Create(_temporary, FileShare.Read) : new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
    }

    public FileStream Stream { get; }

    /// <summary>Gives the file its name.</summary>
    public void Finish()
    {
        Stream.Dispose();
        if (File.Exists(_path))
        {
            PrivateFile.TakeMode(_temporary, _path);
            File.Replace(_temporary, _path, null);
        }
        else
        {
            File.Move(_temporary, _path);
        }

        _isFinished = true;
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (!_isFinished)
        {
            File.Delete(_temporary);
        }
    }
}
