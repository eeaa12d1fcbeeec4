using System.Globalization;

namespace OpenAIStream.Loopback;

/// <summary>The options on the command line.</summary>
internal sealed class CommandLine
{
    public const string Usage =
        "LoopbackServer [--script replies.json] [--default reply.json] [--recording file] [--parent PID]";

    public Reply[] Script { get; private set; } = [];

    public Reply? Default { get; private set; }

    /// <summary>The process whose end also ends the server; if it is not set, the end of standard input does.</summary>
    public int? Parent { get; private set; }

    public static CommandLine Parse(string[] arguments)
    {
        var line = new CommandLine();
        for (int at = 0; at < arguments.Length; at += 2)
        {
            if (at + 1 == arguments.Length)
            {
                throw new BadScriptException($"{arguments[at]} stands without its value. Usage: {Usage}");
            }

            line.Take(arguments[at], arguments[at + 1]);
        }

        return line;
    }

    private void Take(string option, string value)
    {
        switch (option)
        {
            case "--script": Script = FromFile(value, path => ReplyJson.ParseAll(File.ReadAllText(path))); break;
            case "--default": Default = FromFile(value, path => ReplyJson.ParseOne(File.ReadAllText(path))); break;
            case "--recording": Default = FromFile(value, path => RecordedReply.From(Recording.Load(path))); break;
            case "--parent": Parent = Number(option, value); break;
            default: throw new BadScriptException($"Unknown option {option}. Usage: {Usage}");
        }
    }

    private static T FromFile<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadScriptException or RecordingFormatException)
        {
            throw new BadScriptException($"{path}: {e.Message}");
        }
    }

    private static int Number(string option, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new BadScriptException($"{option} takes a whole number, not {value}.");
}
