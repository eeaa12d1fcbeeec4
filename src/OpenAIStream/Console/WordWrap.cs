using System.Text;

namespace OpenAIStream;

/// <summary>
/// Sets text that comes in pieces into lines of a terminal, between words. What comes goes out at once, except a last word
/// near the edge that may go on and not fit. Code, and words longer than a line, are left to the terminal to break: what
/// is copied from there has no line ends that were not in it.
/// </summary>
internal sealed class WordWrap
{
    // A word that has begun is seldom longer; addresses and paths are.
    private const int LikelyRest = 24;

    private static readonly char[] AddressSigns = ['/', '\\', ':', '_', '@'];

    private readonly StringBuilder _out = new();
    private readonly StringBuilder _spaces = new();
    private readonly StringBuilder _word = new(); // what of the last word is held back
    private readonly CodeFence _fence = new();
    private int _spaceCells;
    private int _wordCells;
    private bool _isWordBegun; // some of the last word is out: the rest has to follow it
    private int _column;
    private int _before;
    private bool _isFlagOpen;

    /// <summary>Cells in a line; 0 where that is not known, and nothing is wrapped.</summary>
    public int Width { get; set; }

    /// <summary>Whether something stands on the line, or is to.</summary>
    public bool IsLineOpen => _column > 0 || _spaces.Length > 0 || _word.Length > 0;

    /// <summary>What is to be written for the next piece.</summary>
    /// <param name="text">The text, without control characters.</param>
    /// <param name="isPasteable">Whether it is left to the terminal to break, as code is.</param>
    public string Add(string text, bool isPasteable = false)
    {
        for (int at = 0; at < text.Length; at++)
        {
            _fence.Add(text[at]);
            int character = text[at];
            if (char.IsHighSurrogate(text[at]))
            {
                character = char.ConvertToUtf32(text, at++);
            }

            Add(character, isPasteable || _fence.IsCode);
        }

        if (!MayNotFit())
        {
            ReleaseWord();
        }

        return TakeOut();
    }

    /// <summary>What is held back.</summary>
    public string Flush()
    {
        EndWord();
        ReleaseSpacesOfEnd();
        return TakeOut();
    }

    private void Add(int character, bool isPasteable)
    {
        switch (character)
        {
            case '\n':
                EndWord();
                ReleaseSpacesOfEnd();
                _out.Append('\n');
                _column = 0;
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
            EndWord(); // wide characters stand for themselves; a line may end between any two
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
    }

    private void EndWord()
    {
        ReleaseWord();
        _isWordBegun = false;
    }

    private bool MayNotFit()
    {
        if (_isWordBegun || _word.Length == 0)
        {
            return false;
        }

        int end = _column + _spaceCells + _wordCells;
        return end <= Width && _column > 0 && (end + LikelyRest > Width || MayBeAddress());
    }

    private bool MayBeAddress()
    {
        string word = _word.ToString();
        return word.IndexOfAny(AddressSigns) >= 0 || word.StartsWith("http", StringComparison.OrdinalIgnoreCase) || word.StartsWith("www", StringComparison.OrdinalIgnoreCase);
    }

    private void ReleaseWord()
    {
        if (_word.Length == 0)
        {
            return;
        }

        if (!_isWordBegun && Width > 0 && _column > 0 && _spaceCells + _column + _wordCells > Width)
        {
            _out.Append('\n');
            _column = 0;
            DropSpaces();
        }

        ReleaseSpaces();
        _out.Append(_word);
        Advance(_wordCells);
        _word.Clear();
        _wordCells = 0;
        _isWordBegun = true;
    }

    private void ReleaseSpaces()
    {
        _out.Append(_spaces);
        Advance(_spaceCells);
        DropSpaces();
    }

    /// <summary>Blanks at the end of a line that has no room for them would make an empty one.</summary>
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

    /// <summary>Goes on from where the terminal has the cursor, which breaks by itself what is longer than a line.</summary>
    private void Advance(int cells)
    {
        _column += cells;
        if (Width > 0 && _column > Width)
        {
            _column = ((_column - 1) % Width) + 1;
        }
    }

    private string TakeOut()
    {
        string text = _out.ToString();
        _out.Clear();
        return text;
    }
}
