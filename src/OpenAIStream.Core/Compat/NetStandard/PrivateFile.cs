namespace OpenAIStream;

/// <summary>A new file, here for .NET Standard 2.0: Windows gives it the access list of its folder.</summary>
internal static class PrivateFile
{
    public static FileStream Create(string path, FileShare share) => new(path, FileMode.CreateNew, FileAccess.Write, share);

    /// <summary>Nothing to do: a file that takes another's place on Windows takes its access list.</summary>
    public static void TakeMode(string path, string from)
    {
    }
}
