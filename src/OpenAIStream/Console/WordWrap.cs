using System.Text;

namespace OpenAIStream;

/// <summary>
/// Wraps text that arrives in pieces between words, for a terminal. Text is written immediately, except the last word near
/// the edge, which may continue and then not fit. Code, and words longer than a line, are left for the terminal to wrap, so
/// text copied from there has no additional line ends. Where a line breaks does not depend on how the text was split.
/// </summary>
internal sealed class WordWrap
{
    // A word that has started is seldom longer; addresses and paths are.
    private const int LikelyRest = 24;

    private readonly StyledText _out;
    private readonly StringBuilder _spaces = new();
    private readonly StringBuilder _word = new(); // the part of the last word that is held back
    private readonly List<(int At, string Style)> _wordStyles = []; // the styles in it, by the position from which they apply
    private readonly AddressStart _address = new();
    private readonly CodeFence? _fence;
    private string _spaceStyle = "";
    private int _spaceCells;
    private int _wordCells;
    private bool _isWordBegun; // a part of the last word has been written: the rest has to follow it
    private int _column;
    private int _margin; // where the text of the line begins
    private int _before;
    private bool _isFlagOpen;

    /// <param name="reset">The sequence that ends a style; empty if there are none.</param>
    /// <param name="findsCode">Whether fenced code is left for the terminal to wrap.</param>
    public WordWrap(string reset = "", bool findsCode = true)
    {
        _out = new StyledText { Reset = reset };
        _fence = findsCode ? new CodeFence() : null;
    }

    /// <summary>The number of cells in a line; 0 if unknown, and nothing is wrapped.</summary>
    public int Width { get; set; }

    /// <summary>The escape sequence of the following text; empty for none.</summary>
    public string Style { get; set; } = "";

    /// <summary>The prefix of a line that continues another one.</summary>
    public LineMargin Margin { get; set; } = LineMargin.None;

    /// <summary>Whether the line has text, or will have some.</summary>
    public bool IsLineOpen => _column > 0 || _spaces.Length > 0 || _word.Length > 0;

    /// <summary>Returns what to write for the next piece.</summary>
    /// <param name="text">The text, without control characters.</param>
    /// <param name="isPasteable">Whether it is left for the terminal to wrap, like code.</param>
    public string Add(string text, bool isPasteable = false)
    {
        Append(text, isPasteable);
        return Take();
    }

    /// <summary>The same; <see cref="Take"/> returns what to write.</summary>
    public void Append(string text, bool isPasteable = false)
    {
        for (int at = 0; at < text.Length; at++)
        {
            _fence?.Add(text[at]);
            int character = text[at];
            if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length)
            {
                character = char.ConvertToUtf32(text, at++);
            }

            Append(character, isPasteable || _fence?.IsCode == true);
        }
    }

    /// <summary>Writes text that is left to the terminal unchanged, such as a line of code.</summary>
    public void AppendAsIs(string text)
    {
        EndWord();
        ReleaseSpaces();
        _out.Append(text, Style);
        _column += text.Length;
        _before = ' ';
    }

    /// <summary>Begins a line.</summary>
    public void BeginLine(LineMargin margin)
    {
        _out.Append(margin.Text, "");
        _column = _margin = margin.Cells;
        _before = ' ';
    }

    /// <summary>Ends a line; blanks at its end are dropped.</summary>
    public void EndLine()
    {
        EndWord();
        DropSpaces();
        BreakLine(LineMargin.None);
        _before = '\n';
    }

    /// <summary>Returns what has been written since the last call.</summary>
    public string Take() => _out.Take();

    /// <summary>Writes what is held back.</summary>
    public string Flush()
    {
        EndWord();
        ReleaseSpacesOfEnd();
        return Take();
    }

    private void Append(int character, bool isPasteable)
    {
        switch (character)
        {
            case '\n':
                EndWord();
                ReleaseSpacesOfEnd();
                BreakLine(LineMargin.None);
                break;
            case ' ':
                AddSpace(' ', 1);
                break;
            case '\t':
                AddSpace('\t', 8 - ((_column + _wordCells + _spaceCells) % 8));
                break;
            default:
                AddToWord(character, isPasteable);
                break;
        }

        _before = character;
    }

    private void AddSpace(char space, int cells)
    {
        EndWord();
        _spaceStyle = _spaces.Length == 0 ? Style : _spaceStyle;
        _spaces.Append(space);
        _spaceCells += cells;
    }

    private void AddToWord(int character, bool isPasteable)
    {
        bool isFlagLetter = CellWidth.IsFlagLetter(character);
        int cells = CellWidth.Of(character, _before, isFlagLetter && _isFlagOpen);
        _isFlagOpen = isFlagLetter && !_isFlagOpen;
        if (cells == 2 && _before is not (' ' or '\t' or '\n'))
        {
            EndWord(); // wide characters are separate words; a line can end between any two
        }

        if (_wordStyles.Count == 0 || _wordStyles[_wordStyles.Count - 1].Style != Style)
        {
            _wordStyles.Add((_word.Length, Style));
        }

        if (character < 0x10000)
        {
            _word.Append((char)character);
        }
        else
        {
            _word.Append(char.ConvertFromUtf32(character));
        }

        _wordCells += cells;
        if (isPasteable || Width == 0)
        {
            ReleaseSpaces();
            ReleaseWord();
        }
        else if (_isWordBegun || !MayNotFit(_address.Add(character)))
        {
            ReleaseWord();
        }
    }

    private void EndWord()
    {
        ReleaseWord();
        _isWordBegun = false;
        _address.Clear();
    }

    private bool MayNotFit(bool mayBeAddress)
    {
        int end = _column + _spaceCells + _wordCells;
        return end <= Width && _column > _margin && (mayBeAddress || end + LikelyRest > Width);
    }

    private void ReleaseWord()
    {
        if (_word.Length == 0)
        {
            return;
        }

        if (!_isWordBegun && Width > 0 && _column > _margin && _spaceCells + _column + _wordCells > Width)
        {
            DropSpaces();
            BreakLine(Margin);
        }

        ReleaseSpaces();
        for (int i = 0; i < _wordStyles.Count; i++)
        {
            _out.Append(_word, _wordStyles[i].At, i + 1 < _wordStyles.Count ? _wordStyles[i + 1].At : _word.Length, _wordStyles[i].Style);
        }

        Advance(_wordCells);
        _word.Clear();
        _wordStyles.Clear();
        _wordCells = 0;
        _isWordBegun = true;
    }

    private void BreakLine(LineMargin margin)
    {
        _out.AppendLine();
        _out.Append(margin.Text, "");
        _column = _margin = margin.Cells;
    }

    private void ReleaseSpaces()
    {
        if (_spaces.Length > 0)
        {
            _out.Append(_spaces, 0, _spaces.Length, _spaceStyle);
            Advance(_spaceCells);
            DropSpaces();
        }
    }

    /// <summary>Writes blanks at the end of a line. Without room for them, they are dropped: they would create an empty line.</summary>
    private void ReleaseSpacesOfEnd()
    {
        if (Width > 0 && _column + _spaceCells > Width)
        {
            DropSpaces();
        }

        ReleaseSpaces();
    }

    private void DropSpaces()
    {
        _spaces.Clear();
        _spaceCells = 0;
    }

    /// <summary>Moves to the position of the terminal's cursor. The terminal itself wraps what is longer than a line.</summary>
    private void Advance(int cells)
    {
        _column += cells;
        if (Width > 0 && _column > Width)
        {
            _column = ((_column - 1) % Width) + 1;
        }
    }
}
