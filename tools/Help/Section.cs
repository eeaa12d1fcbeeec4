using Markdig.Syntax;

namespace OpenAIStream.Help;

/// <summary>A heading and what is below it, up to the next of its level.</summary>
internal sealed class Section(string file, HeadingBlock heading)
{
    public int Level => heading.Level;

    public string Title { get; } = PlainText.Of(heading.Inline);

    /// <summary>What comes before the first heading below it.</summary>
    public List<Block> Blocks { get; } = [];

    public List<Section> Children { get; } = [];

    public HelpException Wrong(string message) => new(file, heading.Line + 1, message);

    public HelpException Wrong(Block block, string message) => new(file, block.Line + 1, message);

    /// <summary>The text as paragraphs; none is an error.</summary>
    public List<string> Text(IEnumerable<Block>? blocks = null)
    {
        var text = PlainText.Of(blocks ?? Blocks, int.MaxValue, Wrong);
        return text.Count > 0 ? text : throw Wrong($"'{Title}' has no text.");
    }

    /// <summary>The sections below it by their titles, which have to be these, in this order.</summary>
    public Dictionary<string, Section> Named(params string[] titles)
    {
        foreach (var child in Children)
        {
            if (!titles.Contains(child.Title, StringComparer.Ordinal))
            {
                throw child.Wrong($"There is no section '{child.Title}' in help. There are: {string.Join(", ", titles)}.");
            }
        }

        if (titles.FirstOrDefault(title => Children.All(child => child.Title != title)) is string missing)
        {
            throw Wrong($"'{Title}' has no section '{missing}'.");
        }

        for (int i = 0; i < Children.Count; i++)
        {
            if (i >= titles.Length || Children[i].Title != titles[i])
            {
                throw Children[i].Wrong($"'{Children[i].Title}' stands twice or at the wrong place. The order is: {string.Join(", ", titles)}.");
            }
        }

        return Children.ToDictionary(static child => child.Title, StringComparer.Ordinal);
    }
}
