using System.Xml.Linq;
using Markdig.Syntax;

namespace OpenAIStream.Help;

/// <summary>The files that the tool reads and writes.</summary>
internal static class HelpFiles
{
    private const string TopicEnd = ".help.txt";

    /// <summary>Creates the help that ships. Reports every page with an error, and writes nothing then.</summary>
    public static int Build(string docs, string xml)
    {
        var wrong = new List<HelpException>();
        var cmdlets = Read(Path.Combine(docs, "cmdlets"), "*.md", static file =>
        {
            var page = CmdletPage.Read(file);
            page.Check();
            return page;
        }, wrong);
        var topics = Read(Path.Combine(docs, "about"), "about_*.md", static file => (Name: Path.GetFileNameWithoutExtension(file), Text: AboutTopic.ToText(file)), wrong);
        if (wrong.Count > 0)
        {
            wrong.ForEach(static exception => Console.Error.WriteLine(exception.Message));
            return 1;
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(xml))!;
        Directory.CreateDirectory(folder);
        foreach (string old in Directory.GetFiles(folder, "*" + TopicEnd))
        {
            File.Delete(old);
        }

        topics.ForEach(topic => File.WriteAllText(Path.Combine(folder, topic.Name + TopicEnd), topic.Text));
        Maml.Document(cmdlets).Save(xml, SaveOptions.None);
        return 0;
    }

    /// <summary>Rewrites SYNTAX where it differs from the parameters.</summary>
    public static int WriteSyntax(string cmdlet)
    {
        string[] files = Directory.GetFiles(Path.Combine("docs", "cmdlets"), cmdlet + ".md");
        if (files.Length == 0)
        {
            throw new ArgumentException($"docs/cmdlets/{cmdlet}.md does not exist. Run this in the root of the repository.");
        }

        foreach (string file in files)
        {
            var page = CmdletPage.Read(file);
            string text = File.ReadAllText(file);
            foreach (var syntax in page.Syntax.Reverse()) // from the end, which keeps earlier positions valid
            {
                SourceSpan place = syntax.Code?.Span ?? throw syntax.Section.Wrong("The section needs a code block for the syntax.");
                text = $"{text[..place.Start]}```\n{syntax.Text(page.Name, page.Parameters)}\n```{text[(place.End + 1)..]}";
            }

            File.WriteAllText(file, text);
        }

        return 0;
    }

    private static List<T> Read<T>(string folder, string pattern, Func<string, T> read, List<HelpException> wrong)
    {
        var pages = new List<T>();
        foreach (string file in Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal))
        {
            try
            {
                pages.Add(read(file));
            }
            catch (HelpException exception)
            {
                wrong.Add(exception);
            }
        }

        return pages;
    }
}
