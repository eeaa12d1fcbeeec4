using System.Globalization;
using System.Text;

namespace OpenAIStream;

/// <summary>The recordings in a folder: <c>0001-post-chat-completions.recording.txt</c> and so on, in the order of their requests.</summary>
internal sealed class RecordingFolder
{
    private const int LongestSlug = 60;

    private static readonly string[] Bases = ["/openai/v1/", "/openai/", "/v1/", "/"];

    private readonly string _path;
    private int _last;

    private RecordingFolder(string path)
    {
        _path = path;
        _last = LastNumber();
    }

    /// <summary>Creates the folder if it does not exist, and checks that it is writable: better now than after an answer that was paid for.</summary>
    /// <exception cref="ApiConfigurationException">The folder cannot be created or written to.</exception>
    public static RecordingFolder ForWriting(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            string probe = Path.Combine(path, $"{Guid.NewGuid():N}.tmp");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return new RecordingFolder(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ApiConfigurationException($"Recordings cannot be written to '{path}': {exception.Message}", exception);
        }
    }

    /// <exception cref="ApiConfigurationException">The path is not valid.</exception>
    public static string FullPath(string path)
    {
        try
        {
            return Path.GetFullPath(path);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException or PathTooLongException)
        {
            throw new ApiConfigurationException("The path of the recordings is not a valid path of a folder.", exception);
        }
    }

    /// <summary>The recordings in order: by number, and then those without a number.</summary>
    public static string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*" + Recording.FileExtension).OrderBy(static file => Number(file) ?? int.MaxValue).ThenBy(static file => file, StringComparer.Ordinal)];

    /// <summary>The recordings in a folder, or a single recording.</summary>
    /// <exception cref="ApiException">There are none, or one cannot be read.</exception>
    public static IReadOnlyList<RecordedAnswer> Load(string path)
    {
        string[] files = File.Exists(path) ? [path]
            : Directory.Exists(path) ? Files(path)
            : throw new ApiConfigurationException($"The folder '{path}' to replay from does not exist. First create a recording with a {nameof(RecordingHandler)}.");
        if (files.Length == 0)
        {
            throw new ApiConfigurationException($"The folder '{path}' contains no recordings (*{Recording.FileExtension}).");
        }

        try
        {
            return [.. files.Select(static file => new RecordedAnswer(Path.GetFileName(file), Recording.Load(file)))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ApiConfigurationException($"A recording cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The number of the next request: recordings are in the order of requests, whichever response ends first.</summary>
    public int NextNumber() => Interlocked.Increment(ref _last);

    /// <summary>Writes a recording; if another process has taken its number, under the next free one.</summary>
    public void Save(Recording recording, int number)
    {
        string slug = Slug(recording);
        while (!recording.TrySaveNew(Path.Combine(_path, string.Format(CultureInfo.InvariantCulture, "{0:0000}-{1}{2}", number, slug, Recording.FileExtension))))
        {
            number = Math.Max(number, LastNumber()) + 1;
        }
    }

    private int LastNumber() => Files(_path).Select(static file => Number(file) ?? 0).DefaultIfEmpty().Max();

    private static int? Number(string file)
    {
        string digits = string.Concat(Path.GetFileName(file).TakeWhile(static c => c is >= '0' and <= '9'));
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }

    private static string Slug(Recording recording)
    {
        string path = recording.Path.Split('?')[0];
        path = path.Substring(Bases.First(start => path.StartsWith(start, StringComparison.Ordinal)).Length);
        var slug = new StringBuilder(recording.Method.ToLowerInvariant()).Append('-');
        foreach (char c in path.ToLowerInvariant())
        {
            slug.Append(c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_' or '.' ? c : '-');
        }

        return slug.ToString(0, Math.Min(slug.Length, LongestSlug)).TrimEnd('-', '.');
    }
}
