using System.Text;

namespace OpenAIStream;

/// <summary>Text with styles, written in pieces. No style is left on at the end of a line or of a piece.</summary>
internal sealed class StyledText
{
    private readonly StringBuilder _out = new();
    private string _style = "";

    /// <summary>The sequence that ends a style.</summary>
    public string Reset { get; init; } = "";

    public void Append(char character, string style)
    {
        Use(style);
        _out.Append(character);
    }

    public void Append(string text, string style)
    {
        if (text.Length > 0)
        {
            Use(style);
            _out.Append(text);
        }
    }

    public void Append(StringBuilder text, int at, int end, string style)
    {
        Use(style);
        for (; at < end; at++)
        {
            _out.Append(text[at]);
        }
    }

    public void AppendLine() => Append('\n', "");

    /// <summary>Returns what was written since the last call.</summary>
    public string Take()
    {
        Use("");
        string text = _out.ToString();
        _out.Clear();
        return text;
    }

    private void Use(string style)
    {
        if (_style == style)
        {
            return;
        }

        if (_style.Length > 0)
        {
            _out.Append(Reset);
        }

        _out.Append(style);
        _style = style;
    }
}
