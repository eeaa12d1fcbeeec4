using System.Text;

namespace OpenAIStream;

/// <summary>A table, which is held back until it is complete: its columns are aligned, or if they do not fit, each row becomes a record.</summary>
internal sealed class MarkdownTable
{
    private const string Separator = " │ ";

    private readonly MarkdownStyle _style;
    private readonly WordWrap _wrap;
    private readonly InlineReader _inline;
    private readonly List<TableCell[]> _rows = [];
    private readonly List<string> _delimiters;
    private TableCell _cell = new();

    /// <param name="style">The styles.</param>
    /// <param name="wrap">Wraps the lines of the table.</param>
    /// <param name="inline">Reads the cells.</param>
    /// <param name="head">The line with the names of the columns.</param>
    /// <param name="delimiter">The line with their alignment.</param>
    public MarkdownTable(MarkdownStyle style, WordWrap wrap, InlineReader inline, string head, string delimiter)
    {
        _style = style;
        _wrap = wrap;
        _inline = inline;
        _delimiters = Split(delimiter);
        Add(head, style.TableHead);
    }

    /// <summary>The number of columns in a delimiter line; 0 if it is not one.</summary>
    public static int Columns(string delimiter)
    {
        var cells = Split(delimiter);
        return cells.TrueForAll(static cell => cell.Trim(':') is { Length: > 0 } dashes && dashes.Trim('-').Length == 0 && cell.Length - dashes.Length <= 2) ? cells.Count : 0;
    }

    /// <summary>The cells of a line.</summary>
    public static List<string> Split(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        line = line.Trim(' ', '\t');
        for (int at = line.StartsWith("|", StringComparison.Ordinal) ? 1 : 0; at < line.Length; at++)
        {
            if (line[at] == '\\' && at + 1 < line.Length && line[at + 1] == '|')
            {
                cell.Append(line[++at]);
            }
            else if (line[at] == '|')
            {
                cells.Add(cell.ToString().Trim(' ', '\t'));
                cell.Clear();
            }
            else
            {
                cell.Append(line[at]);
            }
        }

        if (cell.Length > 0)
        {
            cells.Add(cell.ToString().Trim(' ', '\t'));
        }

        return cells;
    }

    public void Add(string row) => Add(row, "");

    /// <summary>Writes the table.</summary>
    /// <param name="width">The number of cells in a line; 0 if unknown.</param>
    /// <param name="beginLine">Begins a line whose continuation lines are indented by a number of cells.</param>
    public void Write(int width, Action<int> beginLine)
    {
        int[] widths = new int[_rows.Max(static row => row.Length)];
        foreach (var row in _rows)
        {
            for (int i = 0; i < row.Length; i++)
            {
                widths[i] = Math.Max(widths[i], row[i].Widest);
            }
        }

        if (width > 0 && widths.Sum() + (Separator.Length * (widths.Length - 1)) > width)
        {
            WriteRecords(beginLine);
            return;
        }

        for (int i = 0; i < _rows.Count; i++)
        {
            WriteRow(_rows[i], widths, beginLine);
            if (i == 0)
            {
                beginLine(0);
                Write(string.Join("─┼─", widths.Select(static cells => new string('─', cells))), _style.Dim);
                _wrap.EndLine();
            }
        }
    }

    private void Add(string line, string style)
    {
        var cells = Split(line);
        var row = new TableCell[cells.Count];
        for (int i = 0; i < row.Length; i++)
        {
            _cell = row[i] = new TableCell();
            var spans = new SpanWriter(_style, _cell.Add) { Base = style };
            _inline.Add(cells[i], 0, cells[i].Length);
            _inline.EndLine();
            spans.Write(_inline.Ready());
            spans.EndLine();
        }

        _rows.Add(row);
    }

    private void WriteRow(TableCell[] row, int[] widths, Action<int> beginLine)
    {
        int height = row.Select(static cell => cell.Lines.Count).DefaultIfEmpty(1).Max();
        for (int line = 0; line < height; line++)
        {
            beginLine(0);
            for (int i = 0; i < widths.Length; i++)
            {
                Write(i > 0 ? Separator : "", _style.Dim);
                var cell = i < row.Length ? row[i] : null;
                int room = widths[i] - (cell?.Width(line) ?? 0);
                int before = Before(i, room);
                Write(new string(' ', before), "");
                foreach (var (text, style) in cell is not null && line < cell.Lines.Count ? cell.Lines[line] : [])
                {
                    Write(text, style);
                }

                Write(new string(' ', i + 1 < widths.Length ? room - before : 0), "");
            }

            _wrap.EndLine();
        }
    }

    /// <summary>The number of spaces before the text of a cell.</summary>
    private int Before(int column, int room)
    {
        string delimiter = column < _delimiters.Count ? _delimiters[column] : "";
        bool isRight = delimiter.EndsWith(":", StringComparison.Ordinal), isLeft = delimiter.StartsWith(":", StringComparison.Ordinal);
        return !isRight ? 0 : isLeft ? room / 2 : room;
    }

    private void WriteRecords(Action<int> beginLine)
    {
        const int Indent = 2;
        int first = Math.Min(1, _rows.Count - 1); // without rows, only the head is shown
        for (int i = first; i < _rows.Count; i++)
        {
            if (i > first)
            {
                beginLine(0);
                _wrap.EndLine();
            }

            for (int column = 0; column < _rows[i].Length; column++)
            {
                if (_rows[i][column].IsEmpty)
                {
                    continue;
                }

                beginLine(Indent);
                if (i > 0 && column < _rows[0].Length && !_rows[0][column].IsEmpty)
                {
                    WriteWrapped(_rows[0][column]);
                    Wrapped(": ", _style.TableHead);
                }

                WriteWrapped(_rows[i][column]);
                _wrap.EndLine();
            }
        }
    }

    private void WriteWrapped(TableCell cell)
    {
        for (int line = 0; line < cell.Lines.Count; line++)
        {
            if (line > 0)
            {
                Wrapped(" ", "");
            }

            foreach (var (text, style) in cell.Lines[line])
            {
                Wrapped(text, style);
            }
        }
    }

    private void Wrapped(string text, string style)
    {
        _wrap.Style = style;
        _wrap.Append(text);
        _wrap.Style = "";
    }

    private void Write(string text, string style)
    {
        _wrap.Style = style;
        _wrap.AppendAsIs(text);
        _wrap.Style = "";
    }
}
