using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace OpenAIStream;

/// <summary>The commands of a chat that use files.</summary>
internal static class ChatFiles
{
    private const string Drops = "-";
    private const string Force = "-Force";
    private const string Extension = ".md";
    private const long LargestText = 1024 * 1024; // bytes

    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ChatCommandException">A file cannot be sent.</exception>
    public static void Attach(ChatSession session, string argument)
    {
        if (argument == Drops)
        {
            session.Attachments.Clear();
        }
        else if (argument.Length > 0)
        {
            string[] paths = [.. InputFiles.Find(session.Cmdlet.SessionState, [Unquoted(argument)])];
            session.Attachments.AddRange([.. paths.Select(static path => (Path.GetFileName(path), Part(path)))]);
        }

        session.Screen.Say(session.Attachments.Count == 0 ? "Nothing goes with the next message."
            : $"With the next message: {string.Join(", ", session.Attachments.Select(static one => one.Name))}");
    }

    /// <exception cref="ChatCommandException">Another file has that name, or no file was named.</exception>
    public static void Save(ChatSession session, string argument)
    {
        bool isForced = argument.StartsWith(Force, StringComparison.OrdinalIgnoreCase) && (argument.Length == Force.Length || argument[Force.Length] == ' ');
        string name = Unquoted(isForced ? argument.Substring(Force.Length).Trim() : argument);
        string path = name.Length == 0
            ? session.File ?? throw new ChatCommandException("Name a file: /save <file>.")
            : Named(InputFiles.FullPath(session.Cmdlet.SessionState, name));
        if (!isForced && path != session.File && File.Exists(path))
        {
            throw new ChatCommandException($"The file '{path}' already exists. /save {Force} {name} replaces it.");
        }

        if (Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw new ChatCommandException(Directory.Exists(path) ? $"'{path}' is a directory." : $"There is no directory '{Path.GetDirectoryName(path)}'.");
        }

        using (var file = new FileReplacement(path, isForced))
        {
            byte[] text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetBytes(session.Conversation.ToMarkdown());
            file.Stream.Write(text, 0, text.Length);
            file.Finish();
        }

        session.File = path;
        session.Screen.Say($"Saved in {path}");
    }

    /// <exception cref="ChatCommandException">No file was named.</exception>
    /// <exception cref="FormatException">The file is not a saved chat.</exception>
    public static void Load(ChatSession session, string argument)
    {
        string name = argument.Length > 0 ? Unquoted(argument) : throw new ChatCommandException("Name a file: /load <file>.");
        var (state, path) = Read(session.Cmdlet.SessionState, name);
        session.Change(state with { Model = state.Model ?? session.State.Model });
        session.File = path;
        session.Screen.Say(Loaded(session.State));
    }

    /// <summary>Reads a saved chat. If a name without an extension is not found, <c>.md</c> is added to it.</summary>
    /// <exception cref="InputFileException">There is no such file.</exception>
    /// <exception cref="FormatException">The file is not a saved chat.</exception>
    public static (ChatState State, string Path) Read(SessionState session, string name)
    {
        string path = InputFiles.FullPath(session, name);
        if (!File.Exists(path))
        {
            path = Named(path);
        }

        path = InputFiles.FindLiteral(session, [path]).First();
        return (ChatState.Of(ChatConversation.FromMarkdown(File.ReadAllText(path, Encoding.UTF8))), path);
    }

    /// <summary>A summary of a chat that is continued, with what would not be visible otherwise: that its last answer is partial, and its system message.</summary>
    public static string Loaded(ChatState state)
    {
        var text = new StringBuilder();
        text.AppendFormat(CultureInfo.InvariantCulture, "{0} turn{1}", state.Turns.Length, state.Turns.Length == 1 ? "" : "s");
        if (state.Last is ChatTurn last)
        {
            text.Append("; the last: ").Append(Excerpt.OneLine(last.Messages[0].Text, 60)).Append(last.IsPartial ? "\n" + ChatTurn.PartialNote : "");
        }

        return text.Append(state.Instructions.Length > 0 ? $"\nThe model is told: {Excerpt.OneLine(state.Instructions, 200)}" : "").ToString();
    }

    /// <summary>The files whose paths begin with a text.</summary>
    public static IEnumerable<string> Complete(ChatSession session, string start) =>
        CompletionCompleters.CompleteFilename(start.Trim('\'', '"')).Select(static found => found.CompletionText).Where(static path => SafeText.OneLine(path) == path);

    /// <summary>A file as a part of a message. If models do not accept its type, its content is sent as text.</summary>
    /// <exception cref="ChatCommandException">It cannot be sent.</exception>
    private static JsonMap Part(string path)
    {
        try
        {
            return MediaFile.Part(path);
        }
        catch (MediaFileException exception) when (exception.Fault == MediaFileFault.UnsupportedType && Text(path) is string text)
        {
            string fence = new('`', Math.Max(3, LongestRun(text) + 1));
            return MediaFile.Text($"{Path.GetFileName(path)}:\n\n{fence}\n{text.TrimEnd('\n')}\n{fence}");
        }
        catch (MediaFileException exception)
        {
            string textFiles = exception.Fault == MediaFileFault.UnsupportedType
                ? FormattableString.Invariant($" Text files in UTF-8 can be attached too, up to {LargestText / 1024 / 1024} MB.") : "";
            throw new ChatCommandException(exception.Message + textFiles);
        }
    }

    /// <summary>The text of a file; null if it is too large or not text.</summary>
    private static string? Text(string path)
    {
        if (new FileInfo(path).Length > LargestText)
        {
            return null;
        }

        try
        {
            string text = Utf8.GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF').Replace("\r\n", "\n");
            return text.Contains('\0') ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static int LongestRun(string text)
    {
        var (longest, run) = (0, 0);
        foreach (char character in text)
        {
            run = character == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }

    private static string Named(string path) => Path.GetExtension(path).Length > 0 ? path : path + Extension;

    private static string Unquoted(string path) =>
        path.Length > 1 && path[0] is '\'' or '"' && path[path.Length - 1] == path[0] ? path.Substring(1, path.Length - 2) : path;
}
