namespace OpenAIStream;

/// <summary>A command of the chat.</summary>
/// <param name="Name">Its name, with the slash.</param>
/// <param name="Argument">The argument that it takes; empty for none.</param>
/// <param name="Description">What it does.</param>
/// <param name="Run">Runs it with its argument, which has no blanks around it.</param>
/// <param name="Complete">Returns the completions of its argument; null if it has none.</param>
internal sealed record ChatCommand(string Name, string Argument, string Description, Action<ChatSession, string> Run, Func<ChatSession, string, IEnumerable<string>>? Complete = null);

/// <summary>The commands of a chat: lines that begin with a slash.</summary>
internal static class ChatCommands
{
    private static readonly ChatCommand[] All =
    [
        new("/model", "[name]", "shows the model, or changes it for the following messages", ChatActions.Model, ChatActions.Models),
        new("/system", "[text]", "shows or sets the system message; /system - removes it", ChatActions.System),
        new("/retry", "", "asks for another answer, or sends an unanswered message again", ChatActions.Retry),
        new("/undo", "", "undoes the last turn, or the last change", ChatActions.Undo),
        new("/edit", "[text]", "changes your last message and sends it again", ChatActions.Edit),
        new("/attach", "[file]", "sends images, recordings, documents and text files with the next message; /attach - drops them", ChatFiles.Attach, ChatFiles.Complete),
        new("/save", "[file]", "saves the chat as Markdown; /save -Force replaces another file", ChatFiles.Save, ChatFiles.Complete),
        new("/load", "<file>", "continues a saved chat", ChatFiles.Load, ChatFiles.Complete),
        new("/copy", "[n]", "copies the last answer, or its n-th block of code", ChatActions.Copy),
        new("/usage", "", "shows the usage of the chat", ChatActions.Usage),
        new("/tools", "", "lists the tools that the model can call", ChatActions.Tools),
        new("/help", "", "lists the commands", static (session, _) => session.Screen.Say(Help())),
        new("/exit", "", "leaves the chat, as Ctrl+D does", static (session, _) => session.Leave()),
    ];

    /// <summary>Whether a line is a command. Two slashes begin a message that starts with one.</summary>
    public static bool Is(string text) => text.StartsWith("/", StringComparison.Ordinal) && !text.StartsWith("//", StringComparison.Ordinal);

    /// <exception cref="ChatCommandException">There is no such command, or it cannot be run.</exception>
    public static void Run(ChatSession session, string text)
    {
        var (name, argument) = Split(text);
        var command = Find(name) ?? throw new ChatCommandException($"There is no command {name}. /help lists the commands. To send a message that begins with a slash, type two: /{text.Split('\n')[0]}");
        if (command.Argument.Length == 0 && argument.Length > 0)
        {
            throw new ChatCommandException($"{command.Name} takes no argument.");
        }

        command.Run(session, argument);
    }

    /// <summary>Returns the completions of the text before the cursor.</summary>
    public static LineCompletions Complete(ChatSession session, string text)
    {
        if (!Is(text))
        {
            return LineCompletions.None;
        }

        int blank = text.IndexOf(' ');
        if (blank < 0)
        {
            return new LineCompletions(0, [.. All.Where(command => Begins(command.Name, text)).Select(static command => command.Argument.Length > 0 ? command.Name + " " : command.Name)]);
        }

        int start = blank + 1;
        return Find(text.Substring(0, blank))?.Complete is { } complete
            ? new LineCompletions(start, [.. complete(session, text.Substring(start))])
            : LineCompletions.None;
    }

    private static (string Name, string Argument) Split(string text)
    {
        int end = text.IndexOfAny([' ', '\t', '\n']);
        return end < 0 ? (text, "") : (text.Substring(0, end), text.Substring(end).Trim());
    }

    private static ChatCommand? Find(string name) => Array.Find(All, command => string.Equals(command.Name, name, StringComparison.OrdinalIgnoreCase));

    private static bool Begins(string name, string start) => name.StartsWith(start, StringComparison.OrdinalIgnoreCase);

    private static string Help()
    {
        var lines = All.Select(static command => $"{$"{command.Name} {command.Argument}".TrimEnd()}: {command.Description}");
        return string.Join("\n", lines) + "\nTab completes commands, models and files. Ctrl+C ends an answer, Alt+Enter begins another line.";
    }
}
