using System.Text;

namespace OpenAIStream.Tests.Console;

/// <summary>What a terminal shows of its input: each character with its style. It supports only colors and line ends.</summary>
internal static class Screen
{
    /// <summary>Readable styles for tests.</summary>
    public static readonly MarkdownStyle Marks = new()
    {
        Headings = ["<h1>", "<h2>", "<h3>", "<h4>", "<h5>", "<h6>"],
        Bold = "<b>",
        Italic = "<i>",
        Strike = "<s>",
        Code = "<c>",
        Link = "<l>",
        Image = "<img>",
        TableHead = "<th>",
        Dim = "<d>",
        Keyword = "<kw>",
        String = "<str>",
        Comment = "<com>",
        Reset = "</>",
    };

    /// <summary>PowerShell's default styles.</summary>
    public static readonly MarkdownStyle Colors = new()
    {
        Headings = ["\x1b[7m", "\x1b[4;93m", "\x1b[4;94m", "\x1b[4;95m", "\x1b[4;96m", "\x1b[4;97m"],
        Bold = "\x1b[1m",
        Italic = "\x1b[36m",
        Strike = "\x1b[9m",
        Code = "\x1b[48;2;155;155;155;38;2;30;30;30m",
        Link = "\x1b[4;38;5;117m",
        Image = "\x1b[33m",
        TableHead = "\x1b[32;1m",
        Dim = "\x1b[2m",
        Keyword = "\x1b[35m",
        String = "\x1b[36m",
        Comment = "\x1b[32m",
        Reset = "\x1b[0m",
    };

    /// <summary>What is shown of a text that arrives in pieces.</summary>
    public static string Show(IEnumerable<string> pieces, int width, MarkdownStyle? style = null)
    {
        var safe = new SafeText();
        var text = new MarkdownText(style ?? MarkdownStyle.Plain) { Width = width };
        var shown = new StringBuilder();
        foreach (string piece in pieces)
        {
            shown.Append(text.Add(safe.Clean(piece)));
        }

        return shown.Append(text.Add(safe.Finish())).Append(text.Finish()).ToString();
    }

    public static string Show(string text, int width, MarkdownStyle? style = null) => Show([text], width, style);

    /// <summary>Each character after its style, independent of how often a style was started.</summary>
    public static string Cells(string shown)
    {
        var cells = new StringBuilder();
        string style = "", before = "";
        for (int at = 0; at < shown.Length; at++)
        {
            if (shown[at] == '\x1b')
            {
                int end = shown.IndexOf('m', at);
                string sequence = shown[at..(end + 1)];
                style = sequence == "\x1b[0m" ? "" : style + sequence;
                at = end;
                continue;
            }

            cells.Append(style == before ? "" : $"{{{style.Replace("\x1b", "", StringComparison.Ordinal)}}}").Append(shown[at]);
            before = style;
        }

        return cells.ToString();
    }

    public static IEnumerable<string> Characters(string text) => text.Select(static character => character.ToString());
}
