using System.Text;

namespace OpenAIStream;

/// <summary>Shows lines of code unchanged, so that they can be copied, between two rules.</summary>
internal sealed class CodeBlock(MarkdownStyle style, WordWrap wrap)
{
    private const int LongestRule = 40;
    private const int LongestColoredLine = 2000; // a line is colored when it is complete; longer ones are not held back

    private readonly StringBuilder _line = new();
    private readonly List<CodePiece> _pieces = [];
    private CodeColors? _colors;
    private bool _isTooLong;

    /// <summary>Begins code.</summary>
    /// <param name="info">The text after the fence: the language, and possibly more.</param>
    public void Begin(string info)
    {
        int end = info.IndexOfAny([' ', '\t', ',', '{']);
        string language = end < 0 ? info : info.Substring(0, end);
        _colors = style.HasColor ? style.Colors(language) : null;
        WriteRule(info);
    }

    public void End() => WriteRule("");

    /// <summary>Adds a part of a line.</summary>
    public void Add(string text, int at, int end)
    {
        if (_colors is null || _isTooLong)
        {
            wrap.AppendAsIs(text.Substring(at, end - at));
            return;
        }

        _line.Append(text, at, end - at);
        if (_line.Length > LongestColoredLine)
        {
            _isTooLong = true;
            Write(_line.ToString(), CodeKind.Plain);
            _line.Clear();
        }
    }

    public void EndLine()
    {
        if (_colors is not null && !_isTooLong)
        {
            _colors.Read(_line.ToString(), _pieces);
            foreach (var piece in _pieces)
            {
                Write(piece.Text, piece.Kind);
            }

            _pieces.Clear();
            _line.Clear();
        }

        _isTooLong = false;
        wrap.EndLine();
    }

    private void Write(string text, CodeKind kind)
    {
        wrap.Style = style.Of(kind);
        wrap.AppendAsIs(text);
        wrap.Style = "";
    }

    private void WriteRule(string label)
    {
        int length = wrap.Width > 0 ? Math.Min(LongestRule, wrap.Width) : LongestRule;
        string before = label.Length == 0 ? "" : $"── {label} ";
        wrap.Style = style.Dim;
        wrap.AppendAsIs(before + new string('─', Math.Max(2, length - CellWidth.OfText(before))));
        wrap.Style = "";
        wrap.EndLine();
    }
}
