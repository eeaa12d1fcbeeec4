using System.Management.Automation;

namespace OpenAIStream;

/// <summary>A file that a cmdlet writes. Problems with it are found before anything is requested.</summary>
internal sealed class OutputFile
{
    private const int ReadSize = 64 * 1024;

    private const string Devices = "/dev";

    private readonly PSCmdlet _cmdlet;
    private readonly bool _force;

    private OutputFile(PSCmdlet cmdlet, string path, bool force)
    {
        _cmdlet = cmdlet;
        Path = path;
        _force = force;
    }

    public string Path { get; }

    /// <summary>The extension in lower case and without the dot; null if there is none.</summary>
    public string? Extension => System.IO.Path.GetExtension(Path) is { Length: > 1 } extension ? extension.Substring(1).ToLowerInvariant() : null;

    /// <summary>The file in the literal path of a parameter; an invalid path ends the cmdlet.</summary>
    public static OutputFile At(PSCmdlet cmdlet, string path, bool force, string parameter = "OutFile")
    {
        string full = "";
        try
        {
            full = InputFiles.FullPath(cmdlet.SessionState, path);
        }
        catch (InputFileException exception)
        {
            cmdlet.ThrowTerminatingError(Errors.From(exception));
        }

        if (Directory.Exists(full) || path.EndsWith("/", StringComparison.Ordinal) || path.EndsWith("\\", StringComparison.Ordinal))
        {
            cmdlet.ThrowTerminatingError(Errors.BadArgument($"'{full}' is a directory; -{parameter} requires the path of a file.", path));
        }

        if (!Directory.Exists(System.IO.Path.GetDirectoryName(full)))
        {
            cmdlet.ThrowTerminatingError(Errors.DirectoryNotFound(full));
        }

        return new OutputFile(cmdlet, full, force);
    }

    /// <summary>The path of a checkpoint, which can only be a file: anything else ends the cmdlet.</summary>
    public static string Checkpoint(PSCmdlet cmdlet, string path)
    {
        var file = At(cmdlet, path, force: false, nameof(Checkpoint));
        if (PathKinds.Of(cmdlet, file.Path) != PathKind.File)
        {
            cmdlet.ThrowTerminatingError(Errors.BadArgument($"'{file.Path}' is a device or a pipe, which keeps nothing. -Checkpoint requires the path of a file.", path));
        }

        return file.Path;
    }

    /// <summary>A file in a directory, with a name that does not come from a parameter.</summary>
    public static OutputFile In(PSCmdlet cmdlet, string directory, string name, bool force) =>
        new(cmdlet, System.IO.Path.Combine(directory, name), force);

    /// <summary>The file next to it with a longer name, and with an extension.</summary>
    /// <param name="suffix">The text between name and extension.</param>
    /// <param name="extension">The extension for a path without one.</param>
    public OutputFile With(string suffix, string extension)
    {
        if (IsDevice)
        {
            return this; // which has no other names
        }

        string name = System.IO.Path.GetFileNameWithoutExtension(Path) + suffix + "." + (Extension is null ? extension : System.IO.Path.GetExtension(Path).Substring(1));
        return new OutputFile(_cmdlet, System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, name), _force);
    }

    /// <summary>Why the file cannot be written; null if it can. To find out, it is opened, or a file next to it is created and removed.</summary>
    public ErrorRecord? Fault()
    {
        if (Directory.Exists(Path))
        {
            return Errors.BadArgument($"'{Path}' is a directory with the name of the file to write.", Path);
        }

        if (PathKinds.Of(_cmdlet, Path) == PathKind.Other)
        {
            return Errors.BadArgument($"'{Path}' is a pipe, a socket or a disk, and not a file. Specify the path of a file. To write to another program, use /dev/stdout.", Path);
        }

        if (!File.Exists(Path) && System.IO.Path.GetDirectoryName(Path) == Devices)
        {
            return Errors.BadArgument($"There is no device '{Path}'. Specify the path of a file.", Path);
        }

        try
        {
            if (!File.Exists(Path))
            {
                using var probe = new FileReplacement(Path, _force);
                return null;
            }

            if (!_force && (File.GetAttributes(Path) & FileAttributes.ReadOnly) != 0)
            {
                return Errors.FileNotWritable(new UnauthorizedAccessException($"'{Path}' is read-only. To replace it anyway, use -Force."), Path);
            }

            FileReplacement.TryOpen(Path, _force, IsDevice);
            return null;
        }
        catch (FileNotFoundException exception)
        {
            return Errors.FileNotWritable(new IOException($"'{Path}' is a link to a file that does not exist. Create that file, or remove the link.", exception), Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Errors.FileNotWritable(exception, Path);
        }
    }

    public void Write(byte[] content)
    {
        using var writing = Begin();
        writing.Stream.Write(content, 0, content.Length);
        writing.Finish();
    }

    /// <summary>Writes the content of a stream as it arrives. Returns the number of bytes.</summary>
    /// <param name="from">The stream.</param>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="length">The expected number of bytes; null if unknown.</param>
    /// <param name="announced">The number of bytes that the content must have; null if any.</param>
    /// <exception cref="ResponseFormatException">The content has another number of bytes; nothing is written.</exception>
    public long Write(Stream from, WaitProgress progress, long? length = null, long? announced = null)
    {
        using var writing = Begin();
        byte[] buffer = new byte[ReadSize];
        int count;
        long all = 0;
        while ((count = from.Read(buffer, 0, buffer.Length)) > 0)
        {
            writing.Stream.Write(buffer, 0, count);
            writing.Stream.Flush(); // a player may read along
            all += count;
            progress.Note(WaitProgress.Size(all) + (length is long size ? $" of {WaitProgress.Size(size)}" : ""));
        }

        if (announced is long bytes && bytes != all)
        {
            throw new ResponseFormatException(FormattableString.Invariant(
                $"The service says that the file has {bytes} bytes, but sent {all}. Nothing was written. Try again. To save it anyway, specify a file instead of a directory."));
        }

        writing.Finish();
        return all;
    }

    /// <summary>Begins to write it; disposing before the end leaves nothing.</summary>
    public FileReplacement Begin() => new(Path, _force, IsDevice);

    private bool IsDevice => PathKinds.Of(_cmdlet, Path) == PathKind.Device;
}
