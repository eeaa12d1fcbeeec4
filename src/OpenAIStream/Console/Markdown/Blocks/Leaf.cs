namespace OpenAIStream;

/// <summary>The open block that contains no other blocks.</summary>
/// <param name="Kind">
/// The kind: text (a paragraph), a fence (code), indented code, math, a row (possibly the head of a table), a delimiter (a
/// table), or blank for none.
/// </param>
/// <param name="Length">The length of a fence, or the number of columns of a table head.</param>
/// <param name="Indent">The indentation of a fence.</param>
/// <param name="Sign">The character of a fence.</param>
internal readonly record struct Leaf(LineKind Kind, int Length = 0, int Indent = 0, char Sign = '\0')
{
    public static Leaf None { get; } = new(LineKind.Blank);

    /// <summary>Whether its lines are taken as they are, whatever they look like.</summary>
    public bool IsVerbatim => Kind is LineKind.Fence or LineKind.Math;

    /// <summary>Whether it continues on the next line.</summary>
    /// <param name="kind">The kind of that line.</param>
    /// <param name="isDeeper">Whether a quote or an item begins there.</param>
    public bool GoesOnWith(LineKind kind, bool isDeeper) => kind switch
    {
        LineKind.Blank => Kind == LineKind.IndentedCode && !isDeeper,
        LineKind.Text => Kind == LineKind.Text && !isDeeper,
        LineKind.IndentedCode or LineKind.Math => Kind == kind,
        LineKind.Row => Kind == LineKind.Delimiter,
        LineKind.Code or LineKind.Delimiter => true,
        _ => false,
    };

    /// <summary>The open block after a line of math.</summary>
    public Leaf AfterMath(string line)
    {
        bool isOpening = Length == 0 && line.Length < 4; // only the characters that begin it
        bool isOver = !isOpening && line.EndsWith(Sign == '$' ? "$$" : "\\]", StringComparison.Ordinal);
        return isOver ? None : this with { Length = 1 };
    }
}
