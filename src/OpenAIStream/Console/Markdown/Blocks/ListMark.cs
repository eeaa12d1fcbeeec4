namespace OpenAIStream;

/// <summary>Reads the beginning of a list item: a bullet or a number, and the box of a task.</summary>
internal sealed class ListMark
{
    private const int CodeIndent = 4;
    private const int MostDigits = 9;
    private const int BoxLength = 3;

    private int _length;
    private bool _isNumber;
    private bool _isOne;
    private bool _isEmpty;

    /// <summary>Whether it may begin a list within a paragraph. A number that only happens to begin a line may not.</summary>
    public bool MayInterrupt => !_isEmpty && (!_isNumber || _isOne);

    /// <summary>Whether there is a marker at a position; null if that is not known yet.</summary>
    public bool? Read(LineCursor cursor, bool isWhole)
    {
        string line = cursor.Line;
        int at = cursor.Next;
        int end = at;
        while (end < line.Length && line[end] is >= '0' and <= '9' && end - at <= MostDigits)
        {
            end++;
        }

        _isNumber = end > at;
        _isOne = end == at + 1 && line[at] == '1';
        if (end - at > MostDigits || (end < line.Length && (_isNumber ? line[end] is not ('.' or ')') : line[end] is not ('-' or '+' or '*'))))
        {
            return false;
        }

        end += end < line.Length ? 1 : 0;
        _length = end - at;
        _isEmpty = isWhole && cursor.Line.Substring(end).Trim().Length == 0;
        return end < line.Length ? line[end] is ' ' or '\t'
            : isWhole ? !(_isNumber && line[end - 1] is not ('.' or ')'))
            : null;
    }

    /// <summary>Moves to the content of the item; null if it is not known yet where that begins.</summary>
    public Container? Pass(LineCursor cursor, bool isWhole, int depth)
    {
        int indent = cursor.Indent;
        string mark = cursor.Line.Substring(cursor.Next, _length);
        cursor.Pass(_length);
        if (cursor.IsAtEnd && !isWhole)
        {
            return null;
        }

        int blanks = cursor.IsAtEnd || cursor.Indent > CodeIndent ? 1 : cursor.Indent;
        cursor.Skip(blanks);
        string? box = cursor.IsAtEnd || cursor.Indent > 0 ? "" : Box(cursor, isWhole);
        if (box is null)
        {
            return null;
        }

        cursor.Skip(box.Length == 0 ? 0 : cursor.Indent);
        return new Container(IsQuote: false, mark, indent, indent + _length + blanks) { Box = box };
    }

    /// <summary>The box of a task, [ ] or [x]; null if it is not known yet whether there is one.</summary>
    private static string? Box(LineCursor cursor, bool isWhole)
    {
        string line = cursor.Line;
        for (int i = 0; i <= BoxLength; i++)
        {
            int at = cursor.Next + i;
            if (at == line.Length)
            {
                return isWhole ? "" : null;
            }

            if (!(i switch { 0 => line[at] == '[', 1 => line[at] is ' ' or 'x' or 'X', 2 => line[at] == ']', _ => line[at] is ' ' or '\t' }))
            {
                return "";
            }
        }

        string box = line.Substring(cursor.Next, BoxLength);
        cursor.Pass(BoxLength);
        return box;
    }
}
