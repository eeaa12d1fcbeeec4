using System.Text;
using System.Text.RegularExpressions;
using Markdig.Syntax;

namespace OpenAIStream.Help;

/// <summary>One parameter set in SYNTAX. The tool only compares the text with the parameters.</summary>
internal sealed record Syntax(string Set, FencedCodeBlock? Code, Section Section)
{
    private const int Width = 100;
    private const string Default = " (Default)";
    private const string CommonParameters = "[<CommonParameters>]";

    /// <summary>The parameter sets in the order of the page. A single set needs no heading.</summary>
    public static Syntax[] Read(Section section) => section.Children.Count == 0
        ? [Read(section, "")]
        : [.. section.Children.Select(static child => Read(child, child.Title.Replace(Default, "", StringComparison.Ordinal)))];

    /// <summary>The parameters of the set: by position, then the mandatory ones, then the rest in the order of the page.</summary>
    public IEnumerable<(Parameter Parameter, ParameterTable Table)> Order(IEnumerable<Parameter> parameters) => parameters
        .Select(parameter => (parameter, Table: parameter.In(Set)!))
        .Where(static pair => pair.Table is not null)
        .OrderBy(static pair => pair.Table.Place ?? int.MaxValue)
        .ThenByDescending(static pair => pair.Table.IsRequired);

    public string Text(string cmdlet, IEnumerable<Parameter> parameters)
    {
        var text = new StringBuilder();
        string line = cmdlet;
        foreach (string word in Order(parameters).Select(static pair => Word(pair.Parameter.Name, pair.Table)).Append(CommonParameters))
        {
            if (line.Length + 1 + word.Length > Width)
            {
                text.Append(line).Append('\n');
                line = "   ";
            }

            line += " " + word;
        }

        return text.Append(line).ToString();
    }

    public void Check(string cmdlet, IEnumerable<Parameter> parameters)
    {
        string text = Text(cmdlet, parameters);
        if (Code is null || Regex.Replace(PlainText.Of(Code), @"\s+", " ") != Regex.Replace(text, @"\s+", " "))
        {
            throw Section.Wrong($"SYNTAX differs from PARAMETERS. To correct it, run: dotnet run --project tools/Help -- syntax {cmdlet}");
        }
    }

    private static Syntax Read(Section section, string set) =>
        new(set, section.Blocks.OfType<FencedCodeBlock>().FirstOrDefault(), section);

    private static string Word(string name, ParameterTable table)
    {
        string head = table.Place is null ? $"-{name}" : $"[-{name}]";
        string values = table.AcceptedValues.Length > 0 ? $"{{{string.Join(" | ", table.AcceptedValues)}}}" : $"<{table.Type}>";
        string whole = table.IsSwitch ? head : $"{head} {values}";
        return table.IsRequired ? whole : $"[{whole}]";
    }
}
