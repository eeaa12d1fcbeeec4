using System.Collections;
using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace OpenAIStream;

/// <summary>Completes folders that contain recordings: those near the typed path, and those in the module.</summary>
public sealed class RecordingFolderCompleter : IArgumentCompleter
{
    private const int Depth = 3;
    private const int Most = 50;

    // A large tree is not searched completely while somebody waits for the Tab key.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = wordToComplete.Trim('\'', '"');
        return Near(word)
            .Concat(Shipped().Where(folder => Begins(folder, word) || Begins(Path.GetFileName(folder), word)))
            .Distinct().Take(Most)
            .Select(static path => CompletionText.Of(path, Path.GetFileName(path)));
    }

    private static IEnumerable<string> Shipped()
    {
        // The assembly is one folder below the module, or two if it was compiled ahead of time.
        var folder = new FileInfo(typeof(RecordingFolderCompleter).Assembly.Location).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OpenAIStream.psd1")))
        {
            folder = folder.Parent;
        }

        return folder is null ? [] : Below(Path.Combine(folder.FullName, "recordings"), 1, Stopwatch.StartNew());
    }

    /// <summary>Folders that begin with the word, written in the same way: relative if it is.</summary>
    private static IEnumerable<string> Near(string word)
    {
        int end = word.LastIndexOfAny(['/', '\\']) + 1;
        string place = word.Substring(0, end);
        string folder;
        try
        {
            using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
            folder = shell.AddScript("$ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($args[0])")
                .AddArgument(place.Length > 0 ? place : ".").Invoke<string>()[0];
        }
        catch (RuntimeException)
        {
            return []; // a drive or provider that does not exist
        }

        string start = place.Length > 0 ? place : $".{Path.DirectorySeparatorChar}";
        return Below(folder, Depth, Stopwatch.StartNew())
            .Where(found => found.Length > folder.Length)
            .Select(found => found.Substring(folder.Length).TrimStart('/', '\\'))
            .Where(found => Begins(found, word.Substring(end)))
            .Select(found => start + found);
    }

    private static IEnumerable<string> Below(string folder, int depth, Stopwatch sinceStart)
    {
        if (sinceStart.Elapsed > Patience)
        {
            return [];
        }

        bool hasRecordings;
        string[] folders;
        try
        {
            hasRecordings = Directory.Exists(folder) && Recording.FilesIn(folder).Count > 0;
            folders = depth > 0 && Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        var below = folders.Where(static child => Path.GetFileName(child)[0] != '.').OrderBy(static child => child, StringComparer.OrdinalIgnoreCase)
            .SelectMany(child => Below(child, depth - 1, sinceStart));
        return hasRecordings ? below.Prepend(folder) : below;
    }

    private static bool Begins(string text, string word) => text.StartsWith(word, StringComparison.OrdinalIgnoreCase);
}
