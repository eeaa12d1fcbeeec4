using System.Xml.Linq;

namespace OpenAIStream.Help;

/// <summary>Pages in the XML that Get-Help reads.</summary>
internal static class Maml
{
    // Get-Help shows titles unchanged: without the dashes they do not look like titles.
    private const string Dashes = "----------";

    private static readonly XNamespace Msh = "http://msh";
    private static readonly XNamespace Text = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static XDocument Document(IEnumerable<CmdletPage> pages) =>
        new(new XElement(Msh + "helpItems", new XAttribute("schema", "maml"), pages.Select(Page)));

    private static XElement Page(CmdletPage page) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Text),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Command + "details",
            new XElement(Command + "name", page.Name),
            new XElement(Command + "verb", page.Name.Split('-')[0]),
            new XElement(Command + "noun", page.Name.Split('-')[1]),
            Paragraphs("description", page.Synopsis)),
        Paragraphs("description", page.Description),
        new XElement(Command + "syntax", page.Syntax.Select(syntax => new XElement(
            Command + "syntaxItem",
            new XElement(Text + "name", page.Name),
            syntax.Order(page.Parameters).Select(static pair => Parameter(pair.Parameter, pair.Table, isSyntax: true))))),
        new XElement(Command + "parameters", page.Parameters.Select(static parameter => Parameter(parameter, parameter.Tables[0], isSyntax: false))),
        new XElement(Command + "inputTypes", page.Inputs.Select(static type => Type("inputType", type))),
        new XElement(Command + "returnValues", page.Outputs.Select(static type => Type("returnValue", type))),
        new XElement(Text + "alertSet", Paragraphs("alert", page.Notes)),
        new XElement(Command + "examples", page.Examples.Select(static example => new XElement(
            Command + "example",
            new XElement(Text + "title", $"{Dashes} {example.Title} {Dashes}"),
            new XElement(Dev + "code", example.Code),
            new XElement(Dev + "remarks", Paragraphs([.. example.Remarks, ""]))))), // the empty line separates it from the next example
        new XElement(Command + "relatedLinks", page.Links.Select(static link => new XElement(
            Text + "navigationLink",
            new XElement(Text + "linkText", link.Text),
            new XElement(Text + "uri", link.Address)))));

    private static XElement Parameter(Parameter parameter, ParameterTable table, bool isSyntax) => new(
        Command + "parameter",
        new XAttribute("required", Word(table.IsRequired)),
        new XAttribute("variableLength", Word(table.Type.EndsWith("[]", StringComparison.Ordinal))),
        new XAttribute("globbing", Word(table.TakesWildcards)),
        new XAttribute("pipelineInput", table.PipelineInput),
        new XAttribute("position", table.Place is null ? "named" : table.Position),
        new XAttribute("aliases", table.Aliases.Length == 0 ? "none" : string.Join(", ", table.Aliases)),
        new XElement(Text + "name", parameter.Name),
        Paragraphs("Description", parameter.Text),
        isSyntax && table.AcceptedValues.Length > 0
            ? new XElement(Command + "parameterValueGroup", table.AcceptedValues.Select(static value => Value(value)))
            : null,
        isSyntax && table.IsSwitch ? null : Value(table.Type),
        new XElement(Dev + "type", new XElement(Text + "name", table.Type), new XElement(Text + "uri")),
        new XElement(Dev + "defaultValue", table.Default));

    private static XElement Value(string text) =>
        new(Command + "parameterValue", new XAttribute("required", "true"), new XAttribute("variableLength", "false"), text);

    private static XElement Type(string name, TypeText type) => new(
        Command + name,
        new XElement(Dev + "type", new XElement(Text + "name", type.Name)),
        Paragraphs("description", type.Text));

    private static XElement Paragraphs(string name, List<string> text) => new(Text + name, Paragraphs(text));

    private static IEnumerable<XElement> Paragraphs(List<string> text) => text.Select(static paragraph => new XElement(Text + "para", paragraph));

    private static string Word(bool value) => value ? "true" : "false";
}
