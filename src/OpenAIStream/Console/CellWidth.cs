using System.Globalization;

namespace OpenAIStream;

/// <summary>
/// The number of terminal cells that a character takes: 2 for East Asian wide characters and emoji, 0 for characters that
/// combine with the one before.
/// </summary>
internal static class CellWidth
{
    public const int Joiner = 0x200D;
    private const int EmojiPresentation = 0xFE0F;
    private const int FirstNotPlain = 0x300; // combining marks begin here; all characters before it take one cell

    // The first and last character of each range that is W or F in Unicode's EastAsianWidth.txt.
    private static readonly int[] Wide =
    [
        0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23EC, 0x23F0, 0x23F0, 0x23F3, 0x23F3, 0x25FD, 0x25FE, 0x2614, 0x2615,
        0x2648, 0x2653, 0x267F, 0x267F, 0x2693, 0x2693, 0x26A1, 0x26A1, 0x26AA, 0x26AB, 0x26BD, 0x26BE, 0x26C4, 0x26C5, 0x26CE, 0x26CE,
        0x26D4, 0x26D4, 0x26EA, 0x26EA, 0x26F2, 0x26F3, 0x26F5, 0x26F5, 0x26FA, 0x26FA, 0x26FD, 0x26FD, 0x2705, 0x2705, 0x270A, 0x270B,
        0x2728, 0x2728, 0x274C, 0x274C, 0x274E, 0x274E, 0x2753, 0x2755, 0x2757, 0x2757, 0x2795, 0x2797, 0x27B0, 0x27B0, 0x27BF, 0x27BF,
        0x2B1B, 0x2B1C, 0x2B50, 0x2B50, 0x2B55, 0x2B55, 0x2E80, 0x303E, 0x3041, 0x3247, 0x3250, 0x4DBF, 0x4E00, 0xA4C6, 0xA960, 0xA97C,
        0xAC00, 0xD7A3, 0xF900, 0xFAD9, 0xFE10, 0xFE19, 0xFE30, 0xFE6B, 0xFF01, 0xFF60, 0xFFE0, 0xFFE6, 0x16FE0, 0x1B2FB, 0x1F004, 0x1F004,
        0x1F0CF, 0x1F0CF, 0x1F18E, 0x1F18E, 0x1F191, 0x1F19A, 0x1F200, 0x1F320, 0x1F32D, 0x1F335, 0x1F337, 0x1F37C, 0x1F37E, 0x1F393, 0x1F3A0, 0x1F3CA,
        0x1F3CF, 0x1F3D3, 0x1F3E0, 0x1F3F0, 0x1F3F4, 0x1F3F4, 0x1F3F8, 0x1F43E, 0x1F440, 0x1F440, 0x1F442, 0x1F4FC, 0x1F4FF, 0x1F53D, 0x1F54B, 0x1F54E,
        0x1F550, 0x1F567, 0x1F57A, 0x1F57A, 0x1F595, 0x1F596, 0x1F5A4, 0x1F5A4, 0x1F5FB, 0x1F64F, 0x1F680, 0x1F6C5, 0x1F6CC, 0x1F6CC, 0x1F6D0, 0x1F6D2,
        0x1F6D5, 0x1F6DF, 0x1F6EB, 0x1F6EC, 0x1F6F4, 0x1F6FC, 0x1F7E0, 0x1F7F0, 0x1F90C, 0x1F93A, 0x1F93C, 0x1F945, 0x1F947, 0x1F9FF, 0x1FA70, 0x1FAFF,
        0x20000, 0x3FFFD,
    ];

    /// <summary>The cells that a character adds to the text before it.</summary>
    /// <param name="character">The code point.</param>
    /// <param name="before">The previous code point, 0 for none.</param>
    /// <param name="isSecondFlagLetter">Whether it is the second letter of a flag.</param>
    public static int Of(int character, int before, bool isSecondFlagLetter)
    {
        if (character < FirstNotPlain)
        {
            return 1;
        }

        if (character == EmojiPresentation)
        {
            return before >= FirstNotPlain && Of(before, 0, false) == 1 ? 1 : 0; // a symbol that is one cell wide becomes an emoji of two
        }

        return before == Joiner || isSecondFlagLetter || IsExtending(character) ? 0 : IsFlagLetter(character) || IsWide(character) ? 2 : 1;
    }

    /// <summary>The cells of a text.</summary>
    public static int OfText(string text)
    {
        int cells = 0, before = 0;
        bool isFlagOpen = false;
        for (int at = 0; at < text.Length; at++)
        {
            int character = text[at];
            if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length)
            {
                character = char.ConvertToUtf32(text, at++);
            }

            bool isFlagLetter = IsFlagLetter(character);
            cells += Of(character, before, isFlagLetter && isFlagOpen);
            isFlagOpen = isFlagLetter && !isFlagOpen;
            before = character;
        }

        return cells;
    }

    public static bool IsFlagLetter(int character) => character is >= 0x1F1E6 and <= 0x1F1FF;

    private static bool IsExtending(int character)
    {
        if (character is Joiner or (>= 0x1F3FB and <= 0x1F3FF) or (>= 0x1160 and <= 0x11FF))
        {
            return true; // skin tones; vowels and finals of Korean syllables
        }

        string text = char.ConvertFromUtf32(character);
        return CharUnicodeInfo.GetUnicodeCategory(text, 0) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format;
    }

    private static bool IsWide(int character)
    {
        int at = Array.BinarySearch(Wide, character);
        return at >= 0 || (~at & 1) == 1;
    }
}
