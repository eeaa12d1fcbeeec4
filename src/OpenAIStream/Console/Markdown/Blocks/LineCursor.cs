namespace OpenAIStream;

/// <summary>A position at the beginning of a line. Tabs count as in CommonMark: to the next multiple of four.</summary>
internal sealed class LineCursor
{
    private const int TabStop = 4;

    private int _column;

    public string Line { get; private set; } = "";

    public int At { get; private set; }

    /// <summary>The unused columns of a tab.</summary>
    public int Spare { get; private set; }

    /// <summary>The first character that is not blank; the length of the line if all are.</summary>
    public int Next { get; private set; }

    /// <summary>The number of blank columns before it.</summary>
    public int Indent { get; private set; }

    public bool IsAtEnd => Next == Line.Length;

    public char Character => Line[Next];

    public void Begin(string line)
    {
        Line = line;
        At = _column = Spare = 0;
        FindNext();
    }

    /// <summary>Skips a number of blank columns.</summary>
    public void Skip(int columns)
    {
        int spare = Math.Min(columns, Spare);
        Spare -= spare;
        columns -= spare;
        while (columns > 0 && At < Next)
        {
            int width = Width(At);
            _column += width;
            At++;
            Spare = Math.Max(0, width - columns);
            columns -= Math.Min(width, columns);
        }

        FindNext();
    }

    /// <summary>Moves past a marker of a number of characters that begins at <see cref="Next"/>.</summary>
    public void Pass(int characters)
    {
        Skip(Indent);
        At += characters;
        _column += characters;
        FindNext();
    }

    /// <summary>The end of a run of one character.</summary>
    public int RunEnd(int from, char character)
    {
        while (from < Line.Length && Line[from] == character)
        {
            from++;
        }

        return from;
    }

    /// <summary>Whether only these characters follow a position.</summary>
    public bool IsOnly(int from, params char[] characters)
    {
        while (from < Line.Length && Array.IndexOf(characters, Line[from]) >= 0)
        {
            from++;
        }

        return from == Line.Length;
    }

    private void FindNext()
    {
        int column = _column;
        Next = At;
        Indent = Spare;
        for (; Next < Line.Length && Line[Next] is ' ' or '\t'; Next++)
        {
            int width = Line[Next] == '\t' ? TabStop - (column % TabStop) : 1;
            column += width;
            Indent += width;
        }
    }

    private int Width(int at) => Line[at] == '\t' ? TabStop - (_column % TabStop) : 1;
}
