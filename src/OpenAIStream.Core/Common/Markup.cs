using System.Net;
using System.Text;

namespace OpenAIStream;

/// <summary>The readable text of a web page or an XML document: proxies and storage services send them instead of JSON.</summary>
internal static class Markup
{
    private static readonly string[] Telling = ["message", "title", "h1", "h2"];
    private static readonly string[] Silent = ["script", "style"];

    /// <summary>Whether a text is markup, and not prose that contains an angle bracket.</summary>
    public static bool IsMarkup(string text)
    {
        string start = text.TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        return start.Length > 2 && start[0] == '<' && (char.IsLetter(start[1]) || start[1] is '!' or '?') && start.IndexOf('>') > 0;
    }

    /// <summary>The text without its markup: its title or headline, otherwise what is left without the tags.</summary>
    public static string Read(string text)
    {
        string heard = Silent.Aggregate(text, Without);
        string? told = Telling.Select(name => Element(heard, name)).FirstOrDefault(static found => !string.IsNullOrWhiteSpace(found));
        return Words(told ?? Without(heard, "head"));
    }

    /// <summary>The content of an element, including tags; null if there is no such element.</summary>
    public static string? Element(string text, string name)
    {
        int open = Find(text, "<" + name, 0);
        int start = open < 0 ? -1 : text.IndexOf('>', open) + 1;
        int end = start <= 0 ? -1 : Find(text, "</" + name, start);
        return end < 0 ? null : Words(text.Substring(start, end - start));
    }

    private static string Without(string text, string name)
    {
        var kept = new StringBuilder(text.Length);
        int from = 0;
        for (int open = Find(text, "<" + name, 0); open >= 0; open = Find(text, "<" + name, from))
        {
            int end = Find(text, "</" + name, open);
            int close = end < 0 ? -1 : text.IndexOf('>', end);
            if (close < 0 && name == "head")
            {
                break; // the end tag is optional
            }

            kept.Append(text, from, open - from);
            from = close < 0 ? text.Length : close + 1; // of a truncated page, the rest belongs to it
        }

        return kept.Append(text, from, text.Length - from).ToString();
    }

    /// <summary>The position of a tag: its name must be followed by a character that ends a name.</summary>
    private static int Find(string text, string tag, int from)
    {
        for (int at = text.IndexOf(tag, from, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(tag, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (at + tag.Length == text.Length || !char.IsLetterOrDigit(text[at + tag.Length]))
            {
                return at;
            }
        }

        return -1;
    }

    private static string Words(string text)
    {
        var words = new StringBuilder(text.Length);
        bool isTag = false;
        foreach (char c in text)
        {
            isTag = c == '<' || (isTag && c != '>');
            words.Append(isTag || c == '>' ? ' ' : c);
        }

        return WebUtility.HtmlDecode(Excerpt.OneLine(words.ToString(), int.MaxValue));
    }
}
