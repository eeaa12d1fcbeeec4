using System.Text;

namespace OpenAIStream;

/// <summary>Tracks whether text ends in a bare address, such as https://a.example/b_c, in which delimiters have no meaning.</summary>
internal sealed class AddressTail
{
    private const int LongestScheme = 5;

    private string _before = ""; // the end of the text that has been written
    private bool _isOpen;

    /// <summary>Adds a colon that follows a text.</summary>
    public void Colon(StringBuilder text)
    {
        int length = Math.Min(LongestScheme, text.Length);
        string end = _before + text.ToString(text.Length - length, length);
        _isOpen |= end.EndsWith("http", StringComparison.OrdinalIgnoreCase) || end.EndsWith("https", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Adds text.</summary>
    public void Pass(string text, int at, int length) => _isOpen = _isOpen && text.IndexOfAny([' ', '\t', '<', '\n'], at, length) < 0;

    /// <summary>Whether the address continues after a delimiter.</summary>
    public bool GoesOnWith(int next) =>
        _isOpen && next < 128 && (CharacterKind.IsAsciiLetterOrDigit((char)next) || next is '/' or '-' or '=' or '&' or '%' or '#' or '?' or '+');

    /// <summary>Keeps the end of text that has been written.</summary>
    public void Taken(string text) =>
        _before = text.Length >= LongestScheme ? text.Substring(text.Length - LongestScheme) : (_before + text).Substring(Math.Max(0, _before.Length + text.Length - LongestScheme));

    public void Clear()
    {
        _before = "";
        _isOpen = false;
    }
}
