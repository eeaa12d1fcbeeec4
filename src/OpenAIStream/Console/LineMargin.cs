namespace OpenAIStream;

/// <summary>What stands before the text of a line.</summary>
/// <param name="Text">The text, its styles included.</param>
/// <param name="Cells">The cells that it takes.</param>
internal readonly record struct LineMargin(string Text, int Cells)
{
    public static LineMargin None { get; } = new("", 0);

    /// <summary>This margin and another behind it.</summary>
    public LineMargin Then(LineMargin next) => next.Cells == 0 ? this : new(Text + next.Text, Cells + next.Cells);
}
