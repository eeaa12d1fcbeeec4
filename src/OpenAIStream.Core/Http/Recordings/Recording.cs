using System.Globalization;
using System.Text;

namespace OpenAIStream;

/// <summary>
/// One recorded exchange: the request, and what arrived when. Its file is text that people can read and edit; the help
/// topic about_OpenAIStream_Testing describes it.
/// </summary>
public sealed class Recording
{
    /// <summary>The file extension of recordings.</summary>
    public const string FileExtension = ".recording.txt";

    internal const int LargestFile = 256 * 1024 * 1024;

    /// <summary>The method of the request.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The path of the request with its query, without the host: a recording matches any host.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The headers of the request; values that may be private are masked.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> RequestHeaders { get; init; } = [];

    /// <summary>The body of the request: formatted JSON, a form as JSON, or other text unchanged.</summary>
    public ReadOnlyMemory<byte> RequestBody { get; init; }

    /// <summary>What happens before the response, or instead of it.</summary>
    public IReadOnlyList<RecordingStep> Waiting { get; init; } = [];

    /// <summary>The status of the response; null if there is no response.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The reason phrase after the status.</summary>
    public string ReasonPhrase { get; init; } = "";

    /// <summary>The headers of the response; values that may be private are masked.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ResponseHeaders { get; init; } = [];

    /// <summary>The body of the response as it arrives.</summary>
    public IReadOnlyList<RecordingStep> Body { get; init; } = [];

    /// <summary>Reads a recording from a file.</summary>
    /// <exception cref="RecordingFormatException">The file is not a recording; the message names the line.</exception>
    /// <exception cref="IOException">The file cannot be read, is empty, is not a regular file (a device, a pipe), or is larger than 256 MB.</exception>
    public static Recording Load(string path)
    {
        Guard.NotNull(path, nameof(path));
        return new RecordingReader(SizedFile.ReadAllBytes(path, LargestFile), path).Read();
    }

    /// <summary>The recordings in a folder, in the order in which they are replayed: by number, then those with other names.</summary>
    /// <exception cref="IOException">The folder does not exist, or cannot be read.</exception>
    public static IReadOnlyList<string> FilesIn(string folder)
    {
        Guard.NotNull(folder, nameof(folder));
        return RecordingFolder.Files(folder);
    }

    /// <summary>Reads a recording from text.</summary>
    /// <exception cref="RecordingFormatException">The file is not a recording; the message names the line.</exception>
    public static Recording Parse(string text)
    {
        Guard.NotNull(text, nameof(text));
        return new RecordingReader(Encoding.UTF8.GetBytes(text), null).Read();
    }

    /// <summary>
    /// Writes the recording to a file. A new file is readable only by the user; other readers see either the old or the
    /// complete new content. UTF-8 without a byte order mark.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        Guard.NotNull(path, nameof(path));
        using var file = new WholeFile(path, isPrivate: true);
        WriteTo(file.Stream);
        file.Finish();
    }

    /// <summary>The text of the recording.</summary>
    public override string ToString()
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        RecordingWriter.Write(text, this);
        return text.ToString();
    }

    /// <summary>Writes the recording to a file, unless the file exists or another process is writing it.</summary>
    internal bool TrySaveNew(string path)
    {
        // Whoever creates the temporary file has the name: moving first checks whether the file exists, which two processes
        // can do at the same time.
        string temporary = path + ".tmp";
        FileStream file;
        try
        {
            file = PrivateFile.Create(temporary, FileShare.None);
        }
        catch (IOException) when (File.Exists(temporary) || File.Exists(path))
        {
            return false;
        }

        try
        {
            WriteTo(file);
            if (!File.Exists(path))
            {
                File.Move(temporary, path); // from here on, a file with the temporary name belongs to someone else
                return true;
            }
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        File.Delete(temporary);
        return false;
    }

    private void WriteTo(FileStream file)
    {
        using var text = new StreamWriter(file); // without a byte order mark
        RecordingWriter.Write(text, this);
    }
}
