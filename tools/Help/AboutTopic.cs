using System.Text;

namespace OpenAIStream.Help;

/// <summary>An about topic as text. Get-Help uses the text in its fifth line as the synopsis.</summary>
internal static class AboutTopic
{
    private const int Width = 76;
    private const string Margin = "    ";

    public static string ToText(string file)
    {
        var title = Page.Read(file);

        if (title.Children.FirstOrDefault() is not { Title: "SHORT DESCRIPTION", Blocks.Count: 1 } first)
        {
            throw title.Wrong("An about topic must start with a section 'SHORT DESCRIPTION' of one paragraph.");
        }

        var text = new StringBuilder("TOPIC\n").Append(Margin).Append(title.Title)
            .Append("\n\nSHORT DESCRIPTION\n").Append(Margin).Append(first.Text()[0]).Append('\n');
        foreach (var section in title.Children.Skip(1))
        {
            Append(text, section);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Section section)
    {
        string heading = section.Level == 2 ? section.Title.ToUpperInvariant() : "  " + section.Title;
        text.Append('\n').Append(heading).Append('\n');
        string between = "";
        foreach (string paragraph in PlainText.Of(section.Blocks, Width, section.Wrong))
        {
            text.Append(between);
            foreach (string line in paragraph.Split('\n'))
            {
                text.Append(line.Length == 0 ? "" : Margin + line).Append('\n');
            }

            between = "\n";
        }

        foreach (var child in section.Children)
        {
            Append(text, child);
        }
    }
}
