namespace OpenAIStream;

/// <summary>Recognizes a block that begins at a position of a line and contains no other blocks.</summary>
internal sealed class LeafStart(LineCursor cursor, LineWait wait)
{
    private const int ShortestFence = 3;
    private const int ShortestRule = 3;
    private const int HighestLevel = 6;

    private bool _isWhole;
    private bool _isInParagraph;

    /// <summary>The level of a heading, or the length of a fence or an underline.</summary>
    public int Level { get; private set; }

    /// <summary>The indentation of a fence.</summary>
    public int FenceIndent { get; private set; }

    /// <summary>Recognizes a block that contains no others.</summary>
    /// <param name="isWhole">Whether the line is complete.</param>
    /// <param name="isInParagraph">Whether it can continue a paragraph.</param>
    public LineKind Read(bool isWhole, bool isInParagraph)
    {
        _isWhole = isWhole;
        _isInParagraph = isInParagraph;
        switch (cursor.Character)
        {
            case '#':
                return OfHeading();
            case '`' or '~':
                return OfFence();
            case '=' or '-' or '_' or '*':
                return OfRule();
            case '|':
                return LineKind.Row;
            case '$' or '\\':
                return OfMathStart();
            default:
                return LineKind.Text;
        }
    }

    private LineKind OfHeading()
    {
        int end = cursor.RunEnd(cursor.Next, '#');
        Level = end - cursor.Next;
        if (Level > HighestLevel || (end == cursor.Line.Length && !_isWhole))
        {
            return Level > HighestLevel ? LineKind.Text : wait.For("");
        }

        if (end < cursor.Line.Length && cursor.Line[end] is not (' ' or '\t'))
        {
            return LineKind.Text;
        }

        cursor.Pass(Level);
        return LineKind.Heading;
    }

    private LineKind OfFence()
    {
        char fence = cursor.Character;
        int end = cursor.RunEnd(cursor.Next, fence);
        Level = end - cursor.Next;
        FenceIndent = cursor.Indent;
        if (end == cursor.Line.Length && !_isWhole)
        {
            return wait.For(fence.ToString());
        }

        if (Level < ShortestFence || (fence == '`' && cursor.Line.IndexOf('`', end) >= 0))
        {
            return LineKind.Text;
        }

        return _isWhole ? LineKind.Fence : wait.ForEnd(fence == '`' ? '`' : '\0');
    }

    private LineKind OfRule()
    {
        char mark = cursor.Character;
        int end = cursor.RunEnd(cursor.Next, mark);
        bool mayUnderline = mark is '=' or '-' && _isInParagraph && cursor.IsOnly(end, ' ', '\t');
        if (mayUnderline || (mark != '=' && cursor.IsOnly(end, mark, ' ', '\t')))
        {
            if (!_isWhole)
            {
                return wait.For(mark + LineWait.Blanks);
            }

            Level = end - cursor.Next;
            int signs = cursor.Line.Skip(cursor.Next).Count(sign => sign == mark);
            return mayUnderline ? LineKind.Underline : signs >= ShortestRule ? LineKind.Rule : LineKind.Text;
        }

        return LineKind.Text;
    }

    /// <summary>Math on lines of its own; a line with text after it is text.</summary>
    private LineKind OfMathStart()
    {
        string closing = cursor.Character == '$' ? "$$" : "\\]";
        int behind = cursor.Next + 1;
        if (behind == cursor.Line.Length || cursor.Line[behind] != (closing[0] == '$' ? '$' : '['))
        {
            return behind == cursor.Line.Length && !_isWhole ? wait.For("") : LineKind.Text;
        }

        if (closing[0] == '\\' && behind + 1 < cursor.Line.Length && cursor.Line[behind + 1] is not (' ' or '\t'))
        {
            return LineKind.Text; // an escaped bracket
        }

        int end = cursor.Line.IndexOf(closing, behind + 1, StringComparison.Ordinal);
        return !_isWhole ? wait.ForEnd('\0')
            : end < 0 || cursor.IsOnly(end + closing.Length, ' ', '\t') ? LineKind.Math
            : LineKind.Text;
    }
}
