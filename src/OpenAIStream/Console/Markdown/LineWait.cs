namespace OpenAIStream;

/// <summary>Which characters, coming next, still do not tell what a line is: it is not looked at again for each of them.</summary>
internal sealed class LineWait
{
    public const string Blanks = " \t";

    private string? _characters;
    private char _until;

    /// <summary>Waits as long as some characters come.</summary>
    public LineKind For(string characters)
    {
        _characters = characters;
        return LineKind.Unknown;
    }

    /// <summary>Waits for the end of the line.</summary>
    /// <param name="until">A character that may tell it before; 0 for none.</param>
    public LineKind ForEnd(char until)
    {
        _characters = null;
        _until = until;
        return LineKind.Unknown;
    }

    public bool Includes(char character) => _characters is not null ? _characters.Contains(character) : character != _until;
}
