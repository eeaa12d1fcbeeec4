namespace OpenAIStream;

/// <summary>Text between &lt; and &gt;: an address, or an HTML tag, which is shown unchanged.</summary>
internal sealed class AngleCapture() : InlineCapture("<")
{
    private const int Longest = 2048;
    private const int LongestTag = 400;

    private bool _isTag; // it contains a space, which addresses do not
    private char _quote;

    public string Inner => Held.ToString(1, Held.Length - 2);

    public bool IsLineBreak => Inner.TrimEnd(' ', '/').Equals("br", StringComparison.OrdinalIgnoreCase);

    public override CaptureStep Add(char character)
    {
        if (Held.Length > (_isTag ? LongestTag : Longest) || (Held.Length == 1 && !CharacterKind.IsAsciiLetter(character) && character != '/'))
        {
            return CaptureStep.Failed;
        }

        if (_quote != 0)
        {
            _quote = character == _quote ? '\0' : _quote;
            return Keep(character);
        }

        if (character == '>')
        {
            return Keep(character, CaptureStep.Done);
        }

        _isTag |= character is ' ' or '\t';
        _quote = character is '"' or '\'' && Held[Held.Length - 1] == '=' ? character : '\0';
        bool isPossible = _isTag
            ? CharacterKind.IsAsciiLetterOrDigit(character) || character is ' ' or '\t' or '_' or ':' or '.' or '=' or '-' or '/' or '"' or '\''
            : character != '<';
        return isPossible ? Keep(character) : CaptureStep.Failed;
    }
}
