namespace OpenAIStream;

/// <summary>Recognizes from the beginning of a line what the line is, by the rules of CommonMark, as soon as that is certain.</summary>
internal sealed class LineStart
{
    private const int CodeIndent = 4;
    private const int DeepestNesting = 16;

    private readonly LineCursor _cursor = new();
    private readonly ListMark _mark = new();
    private readonly LeafStart _leafStart;
    private bool _isWhole;
    private bool _isInParagraph;

    public LineStart() => _leafStart = new LeafStart(_cursor, Wait);

    /// <summary>The number of open containers that the line belongs to.</summary>
    public int Matched { get; private set; }

    /// <summary>The containers that begin in the line.</summary>
    public List<Container> New { get; } = [];

    /// <summary>The level of a heading, or the length of a fence or an underline.</summary>
    public int Level => _leafStart.Level;

    /// <summary>The indentation of a fence.</summary>
    public int FenceIndent => _leafStart.FenceIndent;

    /// <summary>The position in the line where its text begins.</summary>
    public int TextAt { get; private set; }

    /// <summary>The blanks before its text that are left of a tab.</summary>
    public int Spare => _cursor.Spare;

    /// <summary>For an unrecognized line: the characters that do not make it recognizable.</summary>
    public LineWait Wait { get; } = new();

    /// <summary>Reads the beginning of a line.</summary>
    /// <param name="line">The line so far.</param>
    /// <param name="isWhole">Whether that is the complete line.</param>
    /// <param name="containers">The open containers.</param>
    /// <param name="leaf">The open block in them.</param>
    public LineKind Read(string line, bool isWhole, IReadOnlyList<Container> containers, Leaf leaf)
    {
        _cursor.Begin(line);
        _isWhole = isWhole;
        Matched = 0;
        TextAt = line.Length;
        New.Clear();
        Wait.For("");
        if (!MatchContainers(containers, leaf.IsVerbatim))
        {
            return LineKind.Unknown;
        }

        bool isInAll = Matched == containers.Count;
        _isInParagraph = leaf.Kind == LineKind.Text && isInAll;
        if (leaf.IsVerbatim && isInAll)
        {
            return leaf.Kind == LineKind.Fence ? OfCode(leaf) : OfMath();
        }

        if (_cursor.IsAtEnd)
        {
            return isWhole ? LineKind.Blank : Wait.For(LineWait.Blanks);
        }

        return leaf.Kind is LineKind.Row or LineKind.Delimiter && isInAll ? OfTable(leaf, containers.Count) : OfBlock(leaf, containers.Count);
    }

    /// <summary>Finds which of the open containers continue; false if more of the line is needed.</summary>
    private bool MatchContainers(IReadOnlyList<Container> containers, bool isVerbatim)
    {
        for (; Matched < containers.Count; Matched++)
        {
            var container = containers[Matched];
            if (_cursor.IsAtEnd && !_isWhole)
            {
                Wait.For(LineWait.Blanks);
                return false;
            }

            if (container.IsQuote)
            {
                if (_cursor.IsAtEnd || _cursor.Indent >= CodeIndent || _cursor.Character != '>')
                {
                    return true;
                }

                if (!PassQuote())
                {
                    return false;
                }
            }
            else if (_cursor.Indent >= container.Indent || _cursor.IsAtEnd || isVerbatim)
            {
                _cursor.Skip(container.Indent); // code in an item is often indented less than the item, but is meant to belong to it
            }
            else if (_cursor.Indent >= container.MarkIndent + 2)
            {
                // Nested lists too.
                if (_mark.Read(_cursor, _isWhole) is not bool isMark)
                {
                    Wait.For("");
                    return false;
                }

                if (!isMark)
                {
                    return true;
                }

                _cursor.Skip(_cursor.Indent);
            }
            else
            {
                return true;
            }
        }

        return true;
    }

    private LineKind OfBlock(Leaf leaf, int depth)
    {
        while (true)
        {
            if (_cursor.IsAtEnd)
            {
                return _isWhole ? Found(LineKind.Blank) : Wait.For(LineWait.Blanks); // an item without content so far
            }

            if (_cursor.Indent >= CodeIndent)
            {
                return leaf.Kind == LineKind.Text && New.Count == 0 ? Text() : OfIndentedCode();
            }

            bool isTooDeep = depth + New.Count >= DeepestNesting;
            if (_cursor.Character == '>' && !isTooDeep)
            {
                if (!PassQuote())
                {
                    return LineKind.Unknown;
                }

                New.Add(new Container(IsQuote: true));
                continue;
            }

            var kind = _leafStart.Read(isWhole: _isWhole, _isInParagraph && New.Count == 0);
            TextAt = _cursor.Next;
            if (kind != LineKind.Text || isTooDeep)
            {
                return kind;
            }

            if (_mark.Read(_cursor, _isWhole) is not bool isMark)
            {
                return Wait.For("");
            }

            if (!isMark || (_isInParagraph && New.Count == 0 && !_mark.MayInterrupt))
            {
                return Text();
            }

            if (!PassMark())
            {
                return LineKind.Unknown;
            }
        }
    }

    private LineKind OfCode(Leaf leaf)
    {
        if (_cursor.Indent < CodeIndent)
        {
            int end = _cursor.RunEnd(_cursor.Next, leaf.Sign);
            bool mayEnd = _cursor.IsOnly(end, ' ', '\t');
            if (mayEnd && !_isWhole)
            {
                return Wait.For(end == _cursor.Next ? LineWait.Blanks : leaf.Sign + LineWait.Blanks);
            }

            if (mayEnd && end - _cursor.Next >= leaf.Length)
            {
                return Found(LineKind.FenceEnd);
            }
        }

        _cursor.Skip(Math.Min(_cursor.Indent, leaf.Indent));
        TextAt = _cursor.At;
        return LineKind.Code;
    }

    private LineKind OfMath()
    {
        if (_cursor.IsAtEnd)
        {
            return _isWhole ? LineKind.Blank : Wait.For(LineWait.Blanks);
        }

        TextAt = _cursor.At;
        return LineKind.Math;
    }

    private LineKind OfIndentedCode()
    {
        _cursor.Skip(CodeIndent);
        TextAt = _cursor.At;
        return LineKind.IndentedCode;
    }

    private LineKind OfTable(Leaf leaf, int depth)
    {
        if (_cursor.Indent >= CodeIndent)
        {
            return OfBlock(leaf, depth);
        }

        if (leaf.Kind == LineKind.Delimiter)
        {
            return _cursor.Character == '|' ? Found(LineKind.Row) : OfBlock(leaf, depth);
        }

        if (!_cursor.IsOnly(_cursor.Next, '|', ':', '-', ' ', '\t'))
        {
            return OfBlock(leaf, depth);
        }

        return !_isWhole ? Wait.For("|:- \t")
            : leaf.Length > 0 && MarkdownTable.Columns(_cursor.Line.Substring(_cursor.Next)) == leaf.Length ? Found(LineKind.Delimiter)
            : OfBlock(leaf, depth);
    }

    private bool PassQuote()
    {
        if (_cursor.Next + 1 == _cursor.Line.Length && !_isWhole)
        {
            Wait.For("");
            return false;
        }

        _cursor.Pass(1);
        _cursor.Skip(1);
        return true;
    }

    private bool PassMark()
    {
        if (_mark.Pass(_cursor, _isWhole, New.Count) is not Container item)
        {
            Wait.For(_cursor.IsAtEnd ? LineWait.Blanks : "");
            return false;
        }

        New.Add(item);
        return true;
    }

    private LineKind Text() => Found(LineKind.Text);

    private LineKind Found(LineKind kind)
    {
        TextAt = _cursor.Next;
        return kind;
    }
}
