using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// A call that a model requests, as it is shown in a prompt for confirmation. Nothing in it looks like something else, and
/// nothing pushes anything off the screen: values are shortened, invisible characters are written as codes, and runs of
/// blanks are counted.
/// </summary>
internal static class CallQuestion
{
    private const int LongestValue = 200; // characters
    private const int LongestCall = 1000;
    private const int LongestRun = 3; // of the same blank

    // Blank, or nearly so, but not a space: they fill a line like spaces do.
    private const string Fillers = "\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u202F\u205F\u2800\u3000";

    public static string Text(string? tool, JsonMap arguments)
    {
        using var json = JsonDocument.Parse(arguments.ToJson(), new JsonDocumentOptions { MaxDepth = int.MaxValue });
        var parts = json.RootElement.EnumerateObject().Select(static field => $"{Shortened(JsonText(field.Name))}:{Shortened(field.Value.GetRawText())}");
        string call = $"{SafeText.OneLine(tool)} {{{string.Join(",", parts)}}}";
        return call.Length <= LongestCall ? call
            : string.Format(CultureInfo.InvariantCulture, "{0} ... ({1} more characters of arguments)", Cut(call, LongestCall), call.Length - LongestCall);
    }

    private static string JsonText(string name)
    {
        string json = new JsonMap { [name] = null }.ToJson();
        return json.Substring(1, json.Length - "{:null}".Length);
    }

    private static string Shortened(string json) => json.Length <= LongestValue
        ? Visible(json)
        : string.Format(CultureInfo.InvariantCulture, "{0} ... ({1} characters) ... {2}",
            Visible(Cut(json, LongestValue * 3 / 4)), json.Length, Visible(json.Substring(json.Length - (LongestValue / 4))));

    private static string Cut(string text, int length) => text.Substring(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length);

    private static string Visible(string json)
    {
        var text = new StringBuilder(json.Length);
        for (int at = 0; at < json.Length;)
        {
            int end = at + 1;
            while (end < json.Length && json[end] == json[at])
            {
                end++;
            }

            bool isFiller = Fillers.Contains(json[at]);
            string one = isFiller ? $"<U+{(int)json[at]:X4}>" : json[at].ToString();
            text.Append((isFiller || json[at] == ' ') && end - at > LongestRun ? $"<{end - at} x U+{(int)json[at]:X4}>" : string.Concat(Enumerable.Repeat(one, end - at)));
            at = end;
        }

        return SafeText.OneLine(text.ToString());
    }
}
