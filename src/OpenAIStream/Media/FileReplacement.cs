namespace OpenAIStream;

/// <summary>
/// A file being written, for a place where one may exist. A new file is either complete or not created. An existing file
/// gets its new content once all of it has arrived, and stays the same file, with its mode, its owner, its access control
/// list, and the links to it.
/// </summary>
internal sealed class FileReplacement : IDisposable
{
    private readonly string _path;
    private readonly bool _force;
    private readonly bool _isDevice;
    private bool _isKept;

    /// <param name="path">The file to write.</param>
    /// <param name="force">Whether to write to a read-only file too.</param>
    /// <param name="isDevice">Whether it is a device, next to which no file is created.</param>
    public FileReplacement(string path, bool force, bool isDevice = false)
    {
        _path = path;
        _force = force;
        _isDevice = isDevice;
        if (isDevice)
        {
            Stream = InTemporaryFolder(path);
            return;
        }

        try
        {
            Stream = Temporary(path, isNew: !File.Exists(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && File.Exists(path))
        {
            Stream = InTemporaryFolder(path); // the file is writable, its folder is not
        }
    }

    /// <summary>Receives the content.</summary>
    public FileStream Stream { get; }

    /// <summary>Puts the content in its place.</summary>
    /// <exception cref="IOException">That is not possible; the message says where the content is instead.</exception>
    public void Finish()
    {
        Stream.Dispose();
        try
        {
            if (File.Exists(_path))
            {
                Overwrite();
            }
            else
            {
                File.Move(Stream.Name, _path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _isKept = true; // it has been paid for
            throw new IOException($"{exception.Message} The content is in '{Stream.Name}'.", exception);
        }
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (!_isKept)
        {
            File.Delete(Stream.Name);
        }
    }

    /// <summary>Opens a file for writing, and leaves it unchanged.</summary>
    /// <param name="path">The file.</param>
    /// <param name="force">Whether to open a read-only file too, which is read-only again afterwards.</param>
    /// <param name="isDevice">Whether it is a device, which others can write to at the same time.</param>
    public static void TryOpen(string path, bool force, bool isDevice) => Open(path, force, isDevice, static _ => { });

    private void Overwrite() => Open(_path, _force, _isDevice, target =>
    {
        using var source = new FileStream(Stream.Name, FileMode.Open, FileAccess.Read);
        if (_isDevice && target.CanSeek)
        {
            target.Seek(0, SeekOrigin.End); // after what the shell has redirected there
        }

        source.CopyTo(target);
        if (!_isDevice && target.Length > source.Length)
        {
            target.SetLength(source.Length);
        }
    });

    private static void Open(string path, bool force, bool isDevice, Action<FileStream> write)
    {
        var attributes = File.GetAttributes(path);
        bool isUnlocked = force && (attributes & FileAttributes.ReadOnly) != 0;
        if (isUnlocked)
        {
            File.SetAttributes(path, attributes & ~FileAttributes.ReadOnly);
        }

        try
        {
            using var target = new FileStream(path, FileMode.Open, FileAccess.Write, isDevice ? FileShare.ReadWrite : FileShare.Read);
            write(target);
        }
        finally
        {
            if (isUnlocked)
            {
                File.SetAttributes(path, attributes);
            }
        }
    }

    private static FileStream InTemporaryFolder(string path) => Temporary(Path.Combine(Path.GetTempPath(), Path.GetFileName(path)), isNew: false);

    /// <summary>
    /// The file that receives the content. It becomes the new file, with the mode of any new file; content for an existing
    /// file can be as private as that file.
    /// </summary>
    private static FileStream Temporary(string path, bool isNew)
    {
        string name = TemporaryName.For(path);
        return isNew ? new FileStream(name, FileMode.CreateNew, FileAccess.Write, FileShare.Read) : PrivateFile.Create(name, FileShare.Read);
    }
}
