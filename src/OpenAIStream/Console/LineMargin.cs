namespace OpenAIStream;

/// <summary>The prefix of a line.</summary>
/// <param name="Text">The text, including its styles.</param>
/// <param name="Cells">The number of cells that it takes.</param>
internal readonly record struct LineMargin(string Text, int Cells)
{
    public static LineMargin None { get; } = new("", 0);

    /// <summary>This margin, followed by another one.</summary>
    public LineMargin Then(LineMargin next) => next.Cells == 0 ? this : new(Text + next.Text, Cells + next.Cells);
}
