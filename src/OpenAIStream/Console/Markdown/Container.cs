namespace OpenAIStream;

/// <summary>A quote or an item of a list, which lines are in.</summary>
/// <param name="IsQuote">Whether it is a quote.</param>
/// <param name="Mark">What stands before an item: its bullet or number; empty for a quote.</param>
/// <param name="MarkIndent">How far the mark is indented.</param>
/// <param name="Indent">How far what belongs to the item has to be.</param>
internal sealed record Container(bool IsQuote, string Mark = "", int MarkIndent = 0, int Indent = 0)
{
    /// <summary>Of an item that is a task: the box before it; otherwise empty.</summary>
    public string Box { get; set; } = "";
}
