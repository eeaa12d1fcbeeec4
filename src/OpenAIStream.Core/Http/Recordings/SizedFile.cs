namespace OpenAIStream;

/// <summary>
/// Files whose size is checked before they are opened. Devices and pipes, and links to them, have no size: opening or
/// reading one could wait forever.
/// </summary>
internal static class SizedFile
{
    /// <summary>The content of the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">The maximum number of bytes.</param>
    /// <exception cref="IOException">The file cannot be read, is empty, is not a regular file, or is larger than the limit.</exception>
    public static byte[] ReadAllBytes(string path, int limit)
    {
        using var file = Open(path, limit);
        byte[] content = new byte[file.Length];
        int length = 0;
        int count;
        while (length < content.Length && (count = file.Read(content, length, content.Length - length)) > 0)
        {
            length += count; // what is written to the file in the meantime is not read
        }

        return content.AsSpan(0, length).ToArray();
    }

    /// <summary>Opens the file for reading.</summary>
    /// <inheritdoc cref="ReadAllBytes"/>
    public static FileStream Open(string path, long limit)
    {
        Check(Compat.LengthOf(path), path, limit);
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        try
        {
            Check(file.CanSeek ? file.Length : 0, path, limit); // it can be another file by now
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void Check(long? length, string path, long limit)
    {
        if (length == 0)
        {
            throw new IOException($"'{path}' is empty or not a regular file. Devices and pipes are not read.");
        }

        if (length > limit)
        {
            throw new IOException(FormattableString.Invariant($"'{path}' has {length:N0} bytes; the limit is {limit:N0}."));
        }
    }
}
