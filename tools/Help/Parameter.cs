using Markdig.Syntax;

namespace OpenAIStream.Help;

/// <summary>The description of a parameter: -Name, text, and a yaml block for each group of parameter sets.</summary>
internal sealed record Parameter(string Name, List<string> Text, ParameterTable[] Tables)
{
    public static Parameter Read(Section section)
    {
        if (!section.Title.StartsWith('-'))
        {
            throw section.Wrong($"A parameter's heading must be its name with a dash, not '{section.Title}'.");
        }

        bool IsTable(Block block) => block is FencedCodeBlock { Info: "yaml" };
        ParameterTable[] tables = [.. section.Blocks.Where(IsTable).Cast<FencedCodeBlock>()
            .Select(block => ParameterTable.Parse(PlainText.Of(block), message => section.Wrong(block, $"{section.Title}: {message}")))];
        return tables.Length > 0
            ? new Parameter(section.Title[1..], section.Text(section.Blocks.Where(block => !IsTable(block))), tables)
            : throw section.Wrong($"{section.Title} has no yaml block that says of which type it is, and so on.");
    }

    public ParameterTable? In(string set) => Tables.FirstOrDefault(table => table.IsIn(set));
}
