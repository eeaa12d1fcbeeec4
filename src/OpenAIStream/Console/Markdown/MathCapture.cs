namespace OpenAIStream;

/// <summary>Mathematics within a line: <c>$x_1$</c>, <c>$$x_1$$</c>, <c>\(x_1\)</c> or <c>\[x_1\]</c>, which is shown as it is written.</summary>
internal sealed class MathCapture(string opening, string closing) : InlineCapture(opening)
{
    // Most text behind a dollar is money or a variable. What reads as prose is given up, so that little is ever held.
    private const int LongestOfDollar = 200;
    private const int LongestOther = 1000;
    private const int FirstLetterOfProse = 4;

    private readonly bool _isDollar = opening == "$";
    private int _letters; // of the last word
    private char _beforeWord;
    private bool _isClosed;

    /// <summary>A backslash before a bracket is an escape where no mathematics begins.</summary>
    public override string Literal => Opening[0] == '\\' ? Opening.Substring(1) : Opening;

    public override bool EndsWithLine => _isClosed;

    /// <summary>Whether a dollar may begin it.</summary>
    /// <param name="before">What stands before it.</param>
    /// <param name="next">What comes next.</param>
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
            return CaptureStep.Failed; // there is none within another
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
