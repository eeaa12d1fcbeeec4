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
}
