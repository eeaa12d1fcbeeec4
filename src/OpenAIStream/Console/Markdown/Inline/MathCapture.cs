namespace OpenAIStream;

/// <summary>Math within a line: <c>$x_1$</c>, <c>$$x_1$$</c>, <c>\(x_1\)</c> or <c>\[x_1\]</c>, which is shown unformatted.</summary>
internal sealed class MathCapture(string opening, string closing) : InlineCapture(opening)
{
    // Most text after a dollar sign is money or a variable. If it reads like prose, it is no longer treated as math, so
    // that little is ever held back.
    private const int LongestOfDollar = 200;
    private const int LongestOther = 1000;
    private const int FirstLetterOfProse = 4;

    private readonly bool _isDollar = opening == "$";
    private int _letters; // of the last word
    private char _beforeWord;
    private bool _isClosed;

    /// <summary>A backslash before a bracket is an escape if no math begins there.</summary>
    public override string Literal => Opening[0] == '\\' ? Opening.Substring(1) : Opening;

    public override bool EndsWithLine => _isClosed;

    /// <summary>Whether a dollar sign can begin math.</summary>
    /// <param name="before">The previous character.</param>
    /// <param name="next">The next character.</param>
    public static bool MayBegin(int before, int next) =>
        !CharacterKind.IsBlank(next) && next is not ((>= '0' and <= '9') or '.' or ',' or ')' or ';' or ':') && !(before < 128 && CharacterKind.IsAsciiLetterOrDigit((char)before));

    public override CaptureStep Add(char character)
    {
        if (_isClosed)
        {
            return _isDollar && CharacterKind.IsAsciiLetterOrDigit(character) ? CaptureStep.Failed : CaptureStep.DoneBefore;
        }

        if (Held.Length > (_isDollar ? LongestOfDollar : LongestOther) || (_isDollar && IsProse(character)))
        {
            return CaptureStep.Failed;
        }

        char before = Held[Held.Length - 1];
        if (before == '\\' && (character is '(' or '[') && Opening[0] == '\\')
        {
            return CaptureStep.Failed; // math cannot contain math
        }

        if (character == closing[closing.Length - 1] && Held.Length >= Opening.Length + closing.Length - 1)
        {
            if (_isDollar && CharacterKind.IsBlank(before))
            {
                return CaptureStep.Failed;
            }

            _isClosed = closing.Length == 1 ? before != '\\' : before == closing[0] && Held.Length >= Opening.Length + 1;
        }

        return Keep(character);
    }

    private bool IsProse(char character)
    {
        if (!CharacterKind.IsAsciiLetter(character))
        {
            _letters = 0;
            _beforeWord = character;
            return character == '`';
        }

        return ++_letters >= FirstLetterOfProse && _beforeWord is not ('\\' or '{' or '_' or '^');
    }
}
