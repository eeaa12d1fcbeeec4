using System.Globalization;
using System.Text;

namespace OpenAIStream;

/// <summary>
/// External text that is safe for a terminal. Control characters, which could move the cursor or change the title, become
/// symbols (␛). Characters that are invisible or change the reading direction become their code (&lt;U+202E&gt;).
/// Characters that are split over pieces are put together. docs/security.md says where it is used.
/// </summary>
internal sealed class SafeText
{
    // The characters in these ranges (first, last) are invisible or change the reading direction. A joiner within an emoji
    // is kept.
    private static readonly (int First, int Last)[] Hidden =
    [
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
        (0x2028, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB),
        (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

    private const char Joiner = '\u200D';
    private const char EmojiStyle = '\uFE0F';

    private char _half; // the first half of a surrogate pair whose second half comes with the next piece
    private bool _wasReturn;
    private bool _wasEmoji; // the previous character can be joined with another

    /// <summary>The safe form of a complete text, with its line breaks and tabs.</summary>
    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var safe = new SafeText();
        return safe.Clean(text!) + safe.Finish();
    }

    /// <summary>The safe form on one line.</summary>
    public static string OneLine(string? text) => Of(text).Replace("\n", "\\n").Replace('\t', ' ');

    /// <summary>Whether a complete text is already safe.</summary>
    public static bool IsSafe(string text) => Of(text) == text.Replace("\r\n", "\n");

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

        if (first == piece.Length)
        {
            _wasEmoji = first == 0 && _wasEmoji;
            return piece;
        }

        return Replace(piece, first);
    }

    /// <summary>What is left when no more text comes: half a character is dropped.</summary>
    public string Finish()
    {
        string rest = _half == 0 ? "" : "\uFFFD";
        _half = '\0';
        _wasReturn = false;
        _wasEmoji = false;
        return rest;
    }

    private string Replace(string piece, int first)
    {
        var text = new StringBuilder(piece, 0, first, piece.Length + 8);
        _wasEmoji = first == 0 && _wasEmoji;
        for (int at = first; at < piece.Length; at++)
        {
            char character = piece[at];
            bool isAfterReturn = _wasReturn;
            bool isAfterEmoji = _wasEmoji;
            _wasReturn = character == '\r';
            _wasEmoji = IsEmoji(character) || (isAfterEmoji && character == EmojiStyle);
            if (char.IsHighSurrogate(character))
            {
                AppendPair(text, piece, ref at);
            }
            else if (character == '\r')
            {
                text.Append('\n');
            }
            else if (isAfterEmoji && character == Joiner)
            {
                text.Append(character);
            }
            else if (character != '\n' || !isAfterReturn)
            {
                Append(text, character);
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
            int character = char.ConvertToUtf32(piece[at], piece[at + 1]);
            _wasEmoji = character is >= 0x1F000 and < 0x1FB00;
            if (IsHidden(character))
            {
                AppendCode(text, character);
            }
            else
            {
                text.Append(piece, at, 2);
            }

            at++;
        }
        else
        {
            text.Append('\uFFFD');
        }
    }

    private static void Append(StringBuilder text, char character)
    {
        if (IsHidden(character))
        {
            AppendCode(text, character);
            return;
        }

        text.Append(
            IsPlain(character) || MayBeEmoji(character) ? character
            : character < ' ' ? (char)('\u2400' + character)
            : character == '\x7F' ? '\u2421'
            : '\uFFFD');
    }

    private static void AppendCode(StringBuilder text, int character) => text.Append("<U+").Append(character.ToString("X4", CultureInfo.InvariantCulture)).Append('>');

    private static bool IsPlain(char character) =>
        character is (>= ' ' and < '\x7F') or '\n' or '\t' || (character >= '\xA0' && !char.IsSurrogate(character) && !MayBeEmoji(character) && !IsHidden(character));

    private static bool IsHidden(int character)
    {
        foreach (var (first, last) in Hidden)
        {
            if (character <= last)
            {
                return character >= first;
            }
        }

        return false;
    }

    private static bool MayBeEmoji(char character) => IsEmoji(character) || character == EmojiStyle;

    // The emoji of the basic plane, including arrows and other symbols.
    private static bool IsEmoji(char character) => character is >= '\u2190' and <= '\u2BFF';
}
