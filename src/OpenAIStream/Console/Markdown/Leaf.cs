namespace OpenAIStream;

/// <summary>The block that is open, and has no other blocks in it.</summary>
/// <param name="Kind">
/// What it is: text (a paragraph), a fence (code), indented code, mathematics, a row (what may be the head of a table), a
/// delimiter (a table), or blank for none.
/// </param>
/// <param name="Length">Of a fence its length, of the head of a table the number of its columns.</param>
/// <param name="Indent">How far a fence is indented.</param>
/// <param name="Sign">What a fence is made of.</param>
internal readonly record struct Leaf(LineKind Kind, int Length = 0, int Indent = 0, char Sign = '\0')
{
    public static Leaf None { get; } = new(LineKind.Blank);

    /// <summary>Whether its lines are text whatever they look like.</summary>
    public bool IsVerbatim => Kind is LineKind.Fence or LineKind.Math;

    /// <summary>Whether it goes on in the next line.</summary>
    /// <param name="kind">What that is.</param>
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

    /// <summary>What is open behind a line of mathematics.</summary>
    public Leaf AfterMath(string line)
    {
        bool isOpening = Length == 0 && line.Length < 4; // no more than the signs that begin it
        bool isOver = !isOpening && line.EndsWith(Sign == '$' ? "$$" : "\\]", StringComparison.Ordinal);
        return isOver ? None : this with { Length = 1 };
    }
}
