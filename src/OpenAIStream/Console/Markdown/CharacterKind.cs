using System.Globalization;

namespace OpenAIStream;

/// <summary>The kinds of characters in Markdown.</summary>
internal static class CharacterKind
{
    public static bool IsAsciiLetter(char character) => character is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z');

    public static bool IsAsciiLetterOrDigit(char character) => IsAsciiLetter(character) || character is >= '0' and <= '9';

    public static bool IsAsciiPunctuation(char character) => character is > ' ' and < '\x7F' && !IsAsciiLetterOrDigit(character);

    public static bool IsBlank(int character) => character is ' ' or '\t' or '\n' or 0xA0 || (character > 0x7F && Category(character) == UnicodeCategory.SpaceSeparator);

    public static bool IsPunctuation(int character) => character < 0x80
        ? IsAsciiPunctuation((char)character)
        : Category(character) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation
            or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation
            or UnicodeCategory.MathSymbol or UnicodeCategory.CurrencySymbol or UnicodeCategory.ModifierSymbol or UnicodeCategory.OtherSymbol;

    /// <summary>
    /// Whether it belongs to a script without spaces between words. CommonMark requires a space or punctuation next to
    /// emphasis that ends in punctuation, and so does not read <c>**注意：**先</c> as emphasis.
    /// </summary>
    public static bool NeedsNoBlanks(int character) => character >= 0x1100 && CellWidth.Of(character, 0, false) == 2;

    private static UnicodeCategory Category(int character) =>
        character is >= 0xD800 and <= 0xDFFF ? UnicodeCategory.Surrogate : CharUnicodeInfo.GetUnicodeCategory(char.ConvertFromUtf32(character), 0);
}
