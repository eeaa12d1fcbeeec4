using Markdig;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace OpenAIStream.Help;

/// <summary>A Markdown file, divided by its headings.</summary>
internal static class Page
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseYamlFrontMatter().UsePreciseSourceLocation().Build();

    /// <summary>The page's first heading, which is the name of its file, with everything below it.</summary>
    public static Section Read(string file)
    {
        var document = Markdown.Parse(File.ReadAllText(file), Pipeline);
        if (document.Descendants<Inline>().FirstOrDefault(static inline => !PlainText.Takes(inline)) is Inline wrong)
        {
            throw new HelpException(file, wrong.Line + 1, "Help does not support tags or images. Put text in angle brackets in backquotes.");
        }

        Section? title = null;
        var open = new Stack<Section>();
        foreach (var block in document)
        {
            if (block is HeadingBlock heading)
            {
                var section = new Section(file, heading);
                while (open.Count > 0 && open.Peek().Level >= section.Level)
                {
                    open.Pop();
                }

                if (open.Count > 0)
                {
                    open.Peek().Children.Add(section);
                }
                else if (title is null && section.Level == 1)
                {
                    title = section;
                }
                else
                {
                    throw section.Wrong("A page must have a single first-level heading, before all others.");
                }

                open.Push(section);
            }
            else if (open.Count > 0)
            {
                open.Peek().Blocks.Add(block);
            }
            else if (block is not YamlFrontMatterBlock)
            {
                throw new HelpException(file, block.Line + 1, "A page must start with its heading.");
            }
        }

        string name = Path.GetFileNameWithoutExtension(file);
        return title is null ? throw new HelpException(file, 1, "The page has no heading.")
            : title.Title == name ? title
            : throw title.Wrong($"The heading of the page for {name} is '{title.Title}'.");
    }
}
