namespace OpenAIStream;

/// <summary>Recognizes, character by character, whether a word may be an address or a path, which are long.</summary>
internal sealed class AddressStart
{
    private static readonly string[] Starts = ["http", "www"];

    private int _letters;
    private int _mayBe = -1; // the start that its letters match
    private bool _is;

    /// <summary>Adds the next character.</summary>
    public bool Add(int character)
    {
        if (character is '/' or '\\' or ':' or '_' or '@')
        {
            _is = true;
        }
        else if (!_is && (_letters > 0 || character is not ('(' or '<' or '[' or '"' or '\'' or '*')))
        {
            Match(character < 128 ? char.ToLowerInvariant((char)character) : '\0');
        }

        return _is || _letters == 0 || _mayBe >= 0;
    }

    public void Clear()
    {
        _letters = 0;
        _mayBe = -1;
        _is = false;
    }

    private void Match(char letter)
    {
        _mayBe = _letters == 0 ? Array.FindIndex(Starts, start => start[0] == letter)
            : _mayBe >= 0 && Starts[_mayBe][_letters] == letter ? _mayBe
            : -1;
        _letters++;
        _is = _mayBe >= 0 && _letters == Starts[_mayBe].Length;
    }
}
