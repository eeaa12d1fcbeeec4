using System.Management.Automation;

namespace OpenAIStream;

/// <summary>A file that a cmdlet writes, whole or not at all.</summary>
internal sealed class OutputFile
{
    private readonly bool _force;

    private OutputFile(string path, bool force)
    {
        Path = path;
        _force = force;
    }

    public string Path { get; }

    /// <summary>The path's ending in small letters and without the dot; null when it has none.</summary>
    public string? Extension => System.IO.Path.GetExtension(Path) is { Length: > 1 } extension ? extension.Substring(1).ToLowerInvariant() : null;

    /// <summary>The file that a parameter names; what can be known to be wrong ends the cmdlet before it has asked for anything.</summary>
    public static OutputFile At(PSCmdlet cmdlet, string path, bool force)
    {
        string full = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        if (provider.Name != "FileSystem")
        {
            cmdlet.ThrowTerminatingError(Errors.BadArgument($"'{path}' is no path to a file.", path));
        }

        if (Directory.Exists(full))
        {
            cmdlet.ThrowTerminatingError(Errors.BadArgument($"'{full}' is a directory; -OutFile takes the path of a file.", path));
        }

        if (!Directory.Exists(System.IO.Path.GetDirectoryName(full)))
        {
            cmdlet.ThrowTerminatingError(Errors.DirectoryNotFound(full));
        }

        if (!force && IsReadOnly(full))
        {
            cmdlet.ThrowTerminatingError(Errors.FileNotWritable(new UnauthorizedAccessException($"'{full}' is read-only. -Force replaces it all the same."), full));
        }

        return new OutputFile(full, force);
    }

    /// <summary>The file beside it whose name tells more, and which has an ending.</summary>
    /// <param name="suffix">What comes between name and ending.</param>
    /// <param name="extension">The ending for a path that has none.</param>
    public OutputFile With(string suffix, string extension)
    {
        string name = System.IO.Path.GetFileNameWithoutExtension(Path) + suffix + "." + (Extension is null ? extension : System.IO.Path.GetExtension(Path).Substring(1));
        return new OutputFile(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, name), _force);
    }

    public void Write(byte[] content)
    {
        using var writing = Begin();
        writing.Stream.Write(content, 0, content.Length);
        Finish(writing);
    }

    /// <summary>Begins to write it; what is disposed of before its end leaves nothing.</summary>
    public WholeFile Begin() => new(Path);

    /// <summary>Puts what was written in the place of what was there.</summary>
    public void Finish(WholeFile writing)
    {
        if (_force && IsReadOnly(Path))
        {
            File.SetAttributes(Path, FileAttributes.Normal);
        }

        writing.Finish();
    }

    private static bool IsReadOnly(string path) => File.Exists(path) && (File.GetAttributes(path) & FileAttributes.ReadOnly) != 0;
}
