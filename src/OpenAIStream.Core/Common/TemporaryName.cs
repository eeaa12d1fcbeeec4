namespace OpenAIStream;

/// <summary>Names of files that become other files once they are complete.</summary>
internal static class TemporaryName
{
    private const int LongestStart = 60; // of 255 bytes that a name can have; a character takes up to three

    /// <summary>A new name next to a file, which begins like the name of that file.</summary>
    public static string For(string path)
    {
        string name = Path.GetFileName(path);
        int length = Math.Min(name.Length, LongestStart);
        length -= length > 0 && char.IsHighSurrogate(name[length - 1]) ? 1 : 0;
        return Path.Combine(Path.GetDirectoryName(path) ?? "", $"{name.Substring(0, length)}.{Guid.NewGuid():N}.tmp");
    }
}
