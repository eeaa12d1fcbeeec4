namespace OpenAIStream;

/// <summary>A cell of a table: its lines, each with its texts and their styles.</summary>
internal sealed class TableCell
{
    private readonly List<List<(string Text, string Style)>> _lines = [[]];
    private readonly List<int> _widths = [0];

    public IReadOnlyList<List<(string Text, string Style)>> Lines => _lines;

    /// <summary>The cells of a line.</summary>
    public int Width(int line) => line < _widths.Count ? _widths[line] : 0;

    /// <summary>The number of cells of the longest line.</summary>
    public int Widest => _widths.Max();

    public bool IsEmpty => _lines.Count == 1 && _lines[0].Count == 0;

    /// <summary>Adds text that can contain line breaks.</summary>
    public void Add(string text, string style)
    {
        string[] lines = text.Replace('\t', ' ').Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (i > 0)
            {
                _lines.Add([]);
                _widths.Add(0);
            }

            if (lines[i].Length > 0)
            {
                _lines[_lines.Count - 1].Add((lines[i], style));
                _widths[_widths.Count - 1] += CellWidth.OfText(lines[i]);
            }
        }
    }
}
