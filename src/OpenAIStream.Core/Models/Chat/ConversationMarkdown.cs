using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// A conversation as Markdown. A mark, which is a comment on a line of its own, begins each message and holds as JSON what of
/// it is not its text:
/// <code>
/// &lt;!-- openai-chat {"role":"user"} --&gt;
/// ## User
///
/// The text, to the line before the next mark.
/// </code>
/// The first mark is the conversation's. Marks alone divide: headings, and whatever else a text has, do not. A line of a text
/// that begins as a mark does is written with a backslash before it, and loses one when it is read.
/// </summary>
internal static class ConversationMarkdown
{
    private const string Mark = "<!-- openai-chat ";
    private const string MarkEnd = " -->";

    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool", "function"];

    public static string Write(ChatConversation conversation)
    {
        var text = new StringBuilder();
        var header = (ChatConversation)conversation.Copy();
        header.Remove("messages");
        AppendMark(text, header);
        text.Append(Title(conversation)).Append('\n');
        foreach (var message in conversation.Messages)
        {
            var (rest, content) = Split(message);
            text.Append('\n');
            AppendMark(text, rest);
            text.Append(Heading(message)).Append("\n\n").Append(Escaped(content)).Append('\n');
        }

        return text.ToString();
    }

    /// <exception cref="FormatException">It is not a saved conversation, or is damaged.</exception>
    public static ChatConversation Read(string text)
    {
        text = text.TrimStart('\uFEFF');
        int end = text.IndexOf('\n');
        if (end > 0 && text[end - 1] == '\r')
        {
            text = text.Replace("\r\n", "\n"); // an editor wrote it
        }

        string[] lines = text.Split('\n'); // and at nothing else: a text may have other characters that end a line elsewhere
        if (!lines[0].StartsWith(Mark, StringComparison.Ordinal))
        {
            throw new FormatException($"This is not a saved chat: the first line does not begin with '{Mark.TrimEnd()}'.");
        }

        var conversation = ReadMark<ChatConversation>(lines[0], 1);
        var messages = new List<ChatMessage>();
        for (int at = NextMark(lines, 1); at < lines.Length;)
        {
            int next = NextMark(lines, at + 1);
            messages.Add(ReadMessage(lines, at, next));
            at = next;
        }

        conversation.Messages = messages;
        return conversation;
    }

    private static ChatMessage ReadMessage(string[] lines, int from, int to)
    {
        var message = ReadMark<ChatMessage>(lines[from], from + 1);
        if (Array.IndexOf(Roles, message.Role) < 0)
        {
            throw Damaged(from + 1, $"'{message.Role}' is not a role. The roles are {string.Join(", ", Roles)}");
        }

        int first = from + 1;
        if (first < to && lines[first] == Heading(message))
        {
            first += first + 1 < to && lines[first + 1].Length == 0 ? 2 : 1;
        }

        int count = to - first;
        if (count > 0 && lines[to - 1].Length == 0)
        {
            count--; // the blank line before the next mark, or the end of the last line
        }

        Join(message, string.Join("\n", lines.Skip(first).Take(count).Select(Unescaped)));
        return message;
    }

    /// <summary>A message without its text, and the text: its content, or the first text among its parts.</summary>
    private static (ChatMessage Fields, string Content) Split(ChatMessage message)
    {
        var rest = (ChatMessage)message.Copy();
        if (message.Content is string content)
        {
            rest.Remove("content");
            return (rest, content);
        }

        if (!message.Contains("content"))
        {
            rest["content"] = null; // else it would be read as an empty text
        }

        var parts = message.ContentParts.ToArray();
        int at = Array.FindIndex(parts, static part => part["type"] is "text" && part["text"] is string);
        if (at < 0)
        {
            return (rest, "");
        }

        string text = (string)parts[at]["text"]!;
        parts[at] = (JsonMap)parts[at].Copy();
        parts[at].Remove("text");
        rest["content"] = parts;
        return (rest, text);
    }

    /// <summary>Puts the text where <see cref="Split"/> has taken it from.</summary>
    private static void Join(ChatMessage message, string text)
    {
        if (!message.Contains("content"))
        {
            message.Content = text;
        }
        else if (message.ContentParts.FirstOrDefault(static part => part["type"] is "text" && !part.Contains("text")) is JsonMap part)
        {
            part["text"] = text;
        }
    }

    private static string Title(ChatConversation conversation) => string.IsNullOrEmpty(conversation.Model) ? "# Chat" : $"# Chat with {OneLine(conversation.Model!)}";

    /// <summary>What a reader sees of a mark.</summary>
    private static string Heading(ChatMessage message)
    {
        string role = string.IsNullOrEmpty(message.Role) ? "Assistant" : char.ToUpperInvariant(message.Role![0]) + message.Role.Substring(1);
        string[] calls = [.. message.ToolCalls.Select(static call => OneLine(call.Function?.Name ?? "a tool"))];
        int others = message.ContentParts.Count(static part => part["type"] is not "text");
        return $"## {OneLine(role)}"
            + (calls.Length > 0 ? $" (calls {string.Join(", ", calls)})" : "")
            + (others > 0 ? string.Format(CultureInfo.InvariantCulture, " (with {0} attachment{1})", others, others == 1 ? "" : "s") : "");
    }

    private static string OneLine(string text) => SafeText.OneLine(text);

    private static void AppendMark(StringBuilder text, JsonModel fields) =>
        text.Append(Mark).Append(fields.ToJson().Replace("--", "-\\u002d")).Append(MarkEnd).Append('\n'); // a comment holds no --, and JSON has it in strings alone

    private static T ReadMark<T>(string line, int number) where T : JsonModel, new()
    {
        if (!line.EndsWith(MarkEnd, StringComparison.Ordinal) || line.Length < Mark.Length + MarkEnd.Length)
        {
            throw Damaged(number, $"it does not end with '{MarkEnd.Trim()}'");
        }

        try
        {
            return JsonModel.FromJson<T>(line.Substring(Mark.Length, line.Length - Mark.Length - MarkEnd.Length));
        }
        catch (JsonException exception)
        {
            throw Damaged(number, exception.Message);
        }
    }

    private static FormatException Damaged(int line, string how) =>
        new(string.Format(CultureInfo.InvariantCulture, "Line {0} of the saved chat is damaged: {1}.", line, how.TrimEnd('.')));

    private static int NextMark(string[] lines, int from)
    {
        int at = from;
        while (at < lines.Length && !lines[at].StartsWith(Mark, StringComparison.Ordinal))
        {
            at++;
        }

        return at;
    }

    private static string Escaped(string text) =>
        text.IndexOf(Mark, StringComparison.Ordinal) < 0 ? text : string.Join("\n", text.Split('\n').Select(static line => LooksLikeMark(line) ? '\\' + line : line));

    private static string Unescaped(string line) => line.StartsWith("\\", StringComparison.Ordinal) && LooksLikeMark(line) ? line.Substring(1) : line;

    private static bool LooksLikeMark(string line) => line.TrimStart('\\').StartsWith(Mark, StringComparison.Ordinal);
}
