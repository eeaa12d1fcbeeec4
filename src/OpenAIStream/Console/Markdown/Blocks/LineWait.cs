namespace OpenAIStream;

/// <summary>Which next characters do not decide what a line is, so that it is not examined again for each of them.</summary>
internal sealed class LineWait
{
    public const string Blanks = " \t";

    private string? _characters;
    private char _until;

    /// <summary>Waits as long as only these characters follow.</summary>
    public LineKind For(string characters)
    {
        _characters = characters;
        return LineKind.Unknown;
    }

    /// <summary>Waits for the end of the line.</summary>
    /// <param name="until">A character that may decide it earlier; 0 for none.</param>
    public LineKind ForEnd(char until)
    {
        _characters = null;
        _until = until;
        return LineKind.Unknown;
    }

    public bool Includes(char character) => _characters is not null ? _characters.Contains(character) : character != _until;
}
