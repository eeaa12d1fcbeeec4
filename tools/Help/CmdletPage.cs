using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace OpenAIStream.Help;

/// <summary>An example: code to run, and the remarks about it.</summary>
internal sealed record Example(string Title, string Code, List<string> Remarks);

/// <summary>An input or output type of a cmdlet.</summary>
internal sealed record TypeText(string Name, List<string> Text);

/// <summary>A cmdlet's page, in platyPS's layout.</summary>
internal sealed record CmdletPage(
    string Name,
    List<string> Synopsis,
    Syntax[] Syntax,
    List<string> Description,
    Example[] Examples,
    Parameter[] Parameters,
    TypeText[] Inputs,
    TypeText[] Outputs,
    List<string> Notes,
    (string Text, string Address)[] Links)
{
    private const string CommonParameters = "CommonParameters";

    /// <summary>Reads a page. <see cref="Check"/> tests whether SYNTAX is right.</summary>
    public static CmdletPage Read(string file)
    {
        var title = Page.Read(file);

        var sections = title.Named("SYNOPSIS", "SYNTAX", "DESCRIPTION", "EXAMPLES", "PARAMETERS", "INPUTS", "OUTPUTS", "NOTES", "RELATED LINKS");
        var page = new CmdletPage(
            title.Title,
            sections["SYNOPSIS"].Text(),
            Help.Syntax.Read(sections["SYNTAX"]),
            sections["DESCRIPTION"].Text(),
            [.. sections["EXAMPLES"].Children.Select(ReadExample)],
            [.. sections["PARAMETERS"].Children.Where(static child => child.Title != CommonParameters).Select(Parameter.Read)],
            [.. sections["INPUTS"].Children.Select(static child => new TypeText(child.Title, child.Text()))],
            [.. sections["OUTPUTS"].Children.Select(static child => new TypeText(child.Title, child.Text()))],
            sections["NOTES"].Text(),
            [.. ReadLinks(sections["RELATED LINKS"])]);
        CheckSets(page, sections);
        return page;
    }

    /// <summary>Compares SYNTAX with the parameters.</summary>
    public void Check()
    {
        foreach (var syntax in Syntax)
        {
            syntax.Check(Name, Parameters);
        }
    }

    private static void CheckSets(CmdletPage page, Dictionary<string, Section> sections)
    {
        if (page.Parameters.Select(static parameter => parameter.Name).GroupBy(static name => name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(static same => same.Count() > 1) is { } twice)
        {
            throw sections["PARAMETERS"].Children.Last(child => child.Title == "-" + twice.Key).Wrong($"-{twice.Key} is described twice.");
        }

        foreach (var parameter in page.Parameters)
        {
            string? unknown = parameter.Tables.SelectMany(static table => table.Sets).FirstOrDefault(set => page.Syntax.All(syntax => syntax.Set != set));
            if (unknown is not null)
            {
                throw sections["PARAMETERS"].Children.First(child => child.Title == "-" + parameter.Name)
                    .Wrong($"-{parameter.Name} is in a parameter set '{unknown}', which has no heading under SYNTAX.");
            }
        }
    }

    private static Example ReadExample(Section section)
    {
        var code = section.Blocks.OfType<FencedCodeBlock>().FirstOrDefault(static block => block.Info == "powershell")
            ?? throw section.Wrong($"'{section.Title}' has no code in a powershell block.");
        return new Example(section.Title, PlainText.Of(code), section.Text(section.Blocks.Where(block => block != code)));
    }

    private static IEnumerable<(string Text, string Address)> ReadLinks(Section section)
    {
        var links = section.Blocks.OfType<ParagraphBlock>().SelectMany(static block => block.Inline!.OfType<LinkInline>()).ToArray();
        return links.Length == 0
            ? throw section.Wrong("The section has no links.")
            : links.Select(static link => (PlainText.Of(link), link.Url!.StartsWith("http", StringComparison.Ordinal) ? link.Url : ""));
    }
}
