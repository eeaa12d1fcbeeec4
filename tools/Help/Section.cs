using Markdig.Syntax;

namespace OpenAIStream.Help;

/// <summary>A heading and everything below it, up to the next heading of its level.</summary>
internal sealed class Section(string file, HeadingBlock heading)
{
    public int Level => heading.Level;

    public string Title { get; } = PlainText.Of(heading.Inline);

    /// <summary>The blocks before the first heading below it.</summary>
    public List<Block> Blocks { get; } = [];

    public List<Section> Children { get; } = [];

    public HelpException Wrong(string message) => new(file, heading.Line + 1, message);

    public HelpException Wrong(Block block, string message) => new(file, block.Line + 1, message);

    /// <summary>The text as paragraphs; it is an error if there is none.</summary>
    public List<string> Text(IEnumerable<Block>? blocks = null)
    {
        var text = PlainText.Of(blocks ?? Blocks, int.MaxValue, Wrong);
        return text.Count > 0 ? text : throw Wrong($"'{Title}' has no text.");
    }

    /// <summary>The sections below it by title; the titles must be these, in this order.</summary>
    public Dictionary<string, Section> Named(params string[] titles)
    {
        foreach (var child in Children)
        {
            if (!titles.Contains(child.Title, StringComparer.Ordinal))
            {
                throw child.Wrong($"Help has no section '{child.Title}'. Use one of these: {string.Join(", ", titles)}.");
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
