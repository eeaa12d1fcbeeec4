using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>
/// A value as a completion result: the list shows a form that is safe for a terminal, and the completed text is the value
/// itself, as one argument, whatever it contains. Characters that a command line should not contain are written as codes.
/// </summary>
internal static class CompletionText
{
    private static readonly Regex Bare = new(@"\A[\w./\\~][\w./:\\-]*\z", RegexOptions.CultureInvariant);

    public static CompletionResult Of(string value, string? shown = null, string? tip = null)
    {
        string label = SafeText.OneLine(shown ?? value);
        return new CompletionResult(Argument(value), label, CompletionResultType.ParameterValue, SafeText.OneLine(tip ?? value));
    }

    /// <summary>The value as an argument.</summary>
    private static string Argument(string value)
    {
        if (SafeText.OneLine(value) != value || value.Contains('\n'))
        {
            return Escaped(value);
        }

        return Bare.IsMatch(value) ? value : $"'{CodeGeneration.EscapeSingleQuotedStringContent(value)}'";
    }

    // For all versions of PowerShell; not all of them support `u{202e}.
    private static string Escaped(string value)
    {
        var text = new StringBuilder("\"");
        for (int at = 0; at < value.Length; at++)
        {
            string one = char.IsHighSurrogate(value[at]) && at + 1 < value.Length ? value.Substring(at++, 2) : value.Substring(at, 1);
            if (SafeText.OneLine(one) == one && one != "\n")
            {
                text.Append(one[0] is '"' or '`' or '$' or '\u201C' or '\u201D' or '\u201E' ? "`" : "").Append(one);
                continue;
            }

            foreach (char half in one)
            {
                text.Append("$([char]0x").Append(((int)half).ToString("x4", CultureInfo.InvariantCulture)).Append(')');
            }
        }

        return text.Append('"').ToString();
    }
}
