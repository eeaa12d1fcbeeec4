namespace OpenAIStream;

/// <summary>A quote or a list item that contains lines.</summary>
/// <param name="IsQuote">Whether it is a quote.</param>
/// <param name="Mark">The marker of an item: its bullet or number; empty for a quote.</param>
/// <param name="MarkIndent">The indentation of the marker.</param>
/// <param name="Indent">The indentation that the content of the item needs.</param>
internal sealed record Container(bool IsQuote, string Mark = "", int MarkIndent = 0, int Indent = 0)
{
    /// <summary>For an item that is a task, the box before it; otherwise empty.</summary>
    public string Box { get; set; } = "";
}
