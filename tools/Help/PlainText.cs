using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace OpenAIStream.Help;

/// <summary>Markdown as text for a terminal: a paragraph, list, table or code block is one string each.</summary>
internal static class PlainText
{
    private const int LeastColumn = 30;

    public static List<string> Of(IEnumerable<Block> blocks, int width, Func<Block, string, Exception> wrong) =>
        [.. blocks.Select(block => Of(block, width, wrong))];

    public static bool Takes(Inline inline) => inline is not (HtmlInline or LinkInline { IsImage: true });

    public static string Of(ContainerInline? inlines)
    {
        var text = new StringBuilder();
        foreach (var inline in inlines ?? Enumerable.Empty<Inline>())
        {
            text.Append(inline switch
            {
                LiteralInline literal => literal.Content.ToString(),
                CodeInline code => code.Content,
                LineBreakInline => " ",
                AutolinkInline address => address.Url,
                HtmlEntityInline entity => entity.Transcoded.ToString(),
                LinkInline { Url: string url } link when url.StartsWith("http", StringComparison.Ordinal) => $"{Of(link)} ({url})",
                ContainerInline container => Of(container),
                _ => throw new InvalidOperationException($"{inline.GetType()} is not known."),
            });
        }

        return text.ToString();
    }

    /// <summary>The lines of a code block, unchanged.</summary>
    public static string Of(CodeBlock code) => code.Lines.ToString().TrimEnd();

    private static string Of(Block block, int width, Func<Block, string, Exception> wrong) => block switch
    {
        ParagraphBlock paragraph => Wrap(Of(paragraph.Inline), width, ""),
        CodeBlock code => Indent(Of(code)),
        Table table => Of(table, width),
        ListBlock list => string.Join("\n", list.Cast<ListItemBlock>().Select(item => Item(list, item, width, wrong))),
        _ => throw wrong(block, $"Help does not support this block ({block.GetType().Name}). Use paragraphs, lists, tables and code."),
    };

    private static string Item(ListBlock list, ListItemBlock item, int width, Func<Block, string, Exception> wrong)
    {
        string mark = list.IsOrdered ? $"{item.Order}. " : "- ";
        string margin = new(' ', mark.Length);
        string text = string.Join("\n", Of((IEnumerable<Block>)item, width == int.MaxValue ? width : width - mark.Length, wrong));
        return mark + text.Replace("\n", "\n" + margin, StringComparison.Ordinal);
    }

    /// <summary>Columns as wide as they need to be; the last one gets the remaining width.</summary>
    private static string Of(Table table, int width)
    {
        string[][] rows = [.. table.Cast<TableRow>().Select(static row => row.Cast<TableCell>().Select(Cell).ToArray())];
        int last = rows[0].Length - 1;
        int[] widths = [.. Enumerable.Range(0, last).Select(column => rows.Max(row => row[column].Length))];
        int left = widths.Sum() + (2 * last);
        var text = new StringBuilder();
        for (int i = 0; i < rows.Length; i++)
        {
            string front = string.Concat(widths.Select((size, column) => rows[i][column].PadRight(size + 2)));
            string end = Wrap(rows[i][last], width == int.MaxValue ? width : Math.Max(LeastColumn, width - left), new string(' ', left));
            text.Append(front).Append(end).Append('\n');
            if (i == 0)
            {
                text.Append(string.Concat(widths.Select(static size => new string('-', size) + "  "))).Append(new string('-', rows[0][last].Length)).Append('\n');
            }
        }

        return string.Join('\n', text.ToString().TrimEnd().Split('\n').Select(static line => line.TrimEnd()));
    }

    private static string Cell(TableCell cell) => string.Join(" ", cell.Cast<ParagraphBlock>().Select(static paragraph => Of(paragraph.Inline)));

    private static string Indent(string text) =>
        string.Join('\n', text.Split('\n').Select(static line => line.Length == 0 ? "" : "    " + line));

    private static string Wrap(string text, int width, string margin)
    {
        if (text.Length <= width)
        {
            return text;
        }

        var lines = new List<string>();
        string line = "";
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                lines.Add(line);
                line = "";
            }

            line = line.Length == 0 ? word : line + " " + word;
        }

        lines.Add(line);
        return string.Join("\n" + margin, lines);
    }
}
