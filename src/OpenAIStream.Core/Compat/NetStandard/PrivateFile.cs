namespace OpenAIStream;

/// <summary>A new file, here for .NET Standard 2.0: Windows gives it the access control list of its folder.</summary>
internal static class PrivateFile
{
    public static FileStream Create(string path, FileShare share) => new(path, FileMode.CreateNew, FileAccess.Write, share);

    /// <summary>Does nothing: on Windows, a file that replaces another one takes over its access control list.</summary>
    public static void TakeMode(string path, string from)
    {
    }
}
