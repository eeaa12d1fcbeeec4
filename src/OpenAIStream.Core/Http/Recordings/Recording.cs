using System.Globalization;
using System.Text;

namespace OpenAIStream;

/// <summary>
/// One recorded exchange: the request, and what came back when. Its file is text for people to read and edit;
/// the help topic about_OpenAIStream_Testing describes it.
/// </summary>
public sealed class Recording
{
    /// <summary>What the names of recordings' files end with.</summary>
    public const string FileExtension = ".recording.txt";

    internal const int LargestFile = 256 * 1024 * 1024;

    /// <summary>The request's method.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The request's path with its query, without the host: a recording answers for any.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The request's headers; values that may be private are masked.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> RequestHeaders { get; init; } = [];

    /// <summary>The request's body: JSON laid out for reading, a form as JSON, other text as it was.</summary>
    public ReadOnlyMemory<byte> RequestBody { get; init; }

    /// <summary>What happens before the answer, or instead of it.</summary>
    public IReadOnlyList<RecordingStep> Waiting { get; init; } = [];

    /// <summary>The answer's status; null when there is no answer.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The words behind the status.</summary>
    public string ReasonPhrase { get; init; } = "";

    /// <summary>The answer's headers; values that may be private are masked.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ResponseHeaders { get; init; } = [];

    /// <summary>The answer's body as it arrives.</summary>
    public IReadOnlyList<RecordingStep> Body { get; init; } = [];

    /// <summary>Reads a recording's file.</summary>
    /// <exception cref="RecordingFormatException">It is no recording; the message names the line.</exception>
    /// <exception cref="IOException">The file cannot be read, is empty or no file (a device, a pipe), or is larger than 256 MB.</exception>
    public static Recording Load(string path)
    {
        Guard.NotNull(path, nameof(path));
        return new RecordingReader(SizedFile.ReadAllBytes(path, LargestFile), path).Read();
    }

    /// <summary>The recordings' files of a folder in the order in which they are replayed: by number, then those named by hand.</summary>
    /// <exception cref="IOException">The folder does not exist, or cannot be read.</exception>
    public static IReadOnlyList<string> FilesIn(string folder)
    {
        Guard.NotNull(folder, nameof(folder));
        return RecordingFolder.Files(folder);
    }

    /// <summary>Reads a recording's text.</summary>
    /// <exception cref="RecordingFormatException">It is no recording; the message names the line.</exception>
    public static Recording Parse(string text)
    {
        Guard.NotNull(text, nameof(text));
        return new RecordingReader(Encoding.UTF8.GetBytes(text), null).Read();
    }

    /// <summary>Writes the recording's file whole, readable for the user alone where it is new: who reads meanwhile sees the old one or the new one. UTF-8, no byte order mark.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        Guard.NotNull(path, nameof(path));
        using var file = new WholeFile(path, isPrivate: true);
        WriteTo(file.Stream);
        file.Finish();
    }

    /// <summary>The text of its file.</summary>
    public override string ToString()
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        RecordingWriter.Write(text, this);
        return text.ToString();
    }

    /// <summary>Writes the recording's file, unless there is one of that name, or another process is writing it.</summary>
    internal bool TrySaveNew(string path)
    {
        // Who makes the temporary file has the name: moving looks for a file there first, which two can do at once.
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
                File.Move(temporary, path); // from here on a file of the temporary name is somebody else's
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
