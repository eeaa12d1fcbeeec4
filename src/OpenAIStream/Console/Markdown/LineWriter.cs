namespace OpenAIStream;

/// <summary>Writes lines with their prefix: the bars of quotes, the markers of lists and their indentation.</summary>
internal sealed class LineWriter(WordWrap wrap, ContainerStack containers)
{
    private const int LongestRule = 40;

    private int _blanks; // empty lines before the next one
    private bool _hasLines;

    /// <summary>The number of cells for text in a line.</summary>
    public int Room => wrap.Width == 0 ? LongestRule : Math.Max(1, wrap.Width - containers.Next(wrap.Width).Cells);

    /// <summary>Counts an empty line, which is written later.</summary>
    public void AddBlank() => _blanks++;

    /// <summary>Writes all empty lines, because in code they count.</summary>
    public void WriteBlanks()
    {
        for (; _blanks > 0; _blanks--)
        {
            wrap.EndLine();
        }
    }

    /// <summary>Begins a line.</summary>
    /// <param name="indent">The number of cells by which its continuation lines are indented.</param>
    public void Begin(int indent = 0)
    {
        BeginBlock(hasMark: false);
        wrap.BeginLine(containers.First(wrap.Width));
        wrap.Margin = containers.Next(wrap.Width).Then(new LineMargin(new string(' ', indent), indent));
    }

    /// <summary>Writes one empty line before a block, however many there are.</summary>
    /// <param name="hasMark">Whether the marker of an item is on a line of its own.</param>
    public void BeginBlock(bool hasMark)
    {
        if (_blanks > 0 && _hasLines)
        {
            wrap.BeginLine(containers.Between(wrap.Width));
            wrap.EndLine();
        }

        _blanks = 0;
        _hasLines = true;
        if (hasMark)
        {
            wrap.BeginLine(containers.First(wrap.Width));
            wrap.EndLine();
        }
    }

    /// <summary>Writes text, which can contain line breaks.</summary>
    public void Write(string text, string style)
    {
        wrap.Style = style;
        for (int at = 0; at < text.Length;)
        {
            int end = text.IndexOf('\n', at);
            wrap.Append(end < 0 && at == 0 ? text : text.Substring(at, (end < 0 ? text.Length : end) - at));
            if (end >= 0)
            {
                wrap.EndLine();
                wrap.BeginLine(wrap.Margin);
            }

            at = end < 0 ? text.Length : end + 1;
        }

        wrap.Style = "";
    }

    /// <summary>Writes a rule.</summary>
    public void WriteRule(char sign, int length, string style)
    {
        Begin();
        wrap.Style = style;
        wrap.AppendAsIs(new string(sign, Math.Min(length, Math.Min(Room, LongestRule))));
        wrap.Style = "";
        wrap.EndLine();
    }
}
