using System.Text;

namespace OpenAIStream;

/// <summary>
/// A model's text as a terminal may have it: control characters, which could move the cursor, change the title or worse,
/// become signs that show them (␛). Characters that are split over chunks are put together.
/// </summary>
internal sealed class SafeText
{
    private char _half; // the first half of a pair whose second half comes with the next piece
    private bool _wasReturn;

    public string Clean(string piece)
    {
        if (_half != 0)
        {
            piece = _half + piece;
            _half = '\0';
        }

        int first = 0;
        while (first < piece.Length && !_wasReturn && IsPlain(piece[first]))
        {
            first++;
        }

        return first == piece.Length ? piece : Replace(piece, first);
    }

    /// <summary>What is left when no more comes: half a character is none.</summary>
    public string Finish()
    {
        string rest = _half == 0 ? "" : "\uFFFD";
        _half = '\0';
        _wasReturn = false;
        return rest;
    }

    private string Replace(string piece, int first)
    {
        var text = new StringBuilder(piece, 0, first, piece.Length + 8);
        for (int at = first; at < piece.Length; at++)
        {
            char character = piece[at];
            bool isAfterReturn = _wasReturn;
            _wasReturn = character == '\r';
            if (char.IsHighSurrogate(character))
            {
                AppendPair(text, piece, ref at);
            }
            else if (character == '\r')
            {
                text.Append('\n');
            }
            else if (character != '\n' || !isAfterReturn)
            {
                text.Append(Shown(character));
            }
        }

        return text.ToString();
    }

    private void AppendPair(StringBuilder text, string piece, ref int at)
    {
        if (at + 1 == piece.Length)
        {
            _half = piece[at];
        }
        else if (char.IsLowSurrogate(piece[at + 1]))
        {
            text.Append(piece, at++, 2);
        }
        else
        {
            text.Append('\uFFFD');
        }
    }

    private static char Shown(char character) =>
        IsPlain(character) ? character
        : character < ' ' ? (char)('\u2400' + character)
        : character == '\x7F' ? '\u2421'
        : '\uFFFD';

    private static bool IsPlain(char character) =>
        character is (>= ' ' and < '\x7F') or '\n' or '\t' or (>= '\xA0' and < '\uD800') or > '\uDFFF';
}
