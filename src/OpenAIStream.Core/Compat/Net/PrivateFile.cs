namespace OpenAIStream;

/// <summary>A new file that only its owner can read and write, here for .NET.</summary>
internal static class PrivateFile
{
    public static FileStream Create(string path, FileShare share)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <summary>Gives a file the mode of the file that it will replace.</summary>
    public static void TakeMode(string path, string from)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(from));
        }
    }
}
