using Xunit;

namespace OpenAIStream.Tests.Console;

/// <summary>The text shown for some answers, in a readable file for each width. OPENAISTREAM_WRITE_DOCS=1 rewrites the files.</summary>
public class MarkdownGoldenTests
{
    private static readonly string[] Shown =
    [
        "an answer of everything", "headings", "nested bullets", "lists in lists", "loose list", "tasks", "quotes", "quote with blocks", "fence in a list", "languages",
        "table with spans", "table that does not fit", "wide table", "wide characters", "emoji", "right to left", "math", "links", "images", "long words", "hostile",
    ];

    [Theory]
    [InlineData(40, true)]
    [InlineData(80, true)]
    [InlineData(120, true)]
    [InlineData(80, false)]
    public void Answers_are_shown_as_in_the_file(int width, bool hasColors)
    {
        string file = Path.Combine(Answers.Folder, hasColors ? $"golden-{width}.txt" : $"golden-{width}-plain.txt");
        string shown = string.Join("\n", Shown.Select(name => $"%%% {name}\n{Screen.Show(Answers.Text(name), width, hasColors ? Screen.Marks : MarkdownStyle.Plain)}"));
        if (Environment.GetEnvironmentVariable("OPENAISTREAM_WRITE_DOCS") == "1")
        {
            File.WriteAllText(file, shown);
        }

        Assert.Equal(File.ReadAllText(file), shown);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    public void No_line_is_longer_than_the_screen_except_code_and_text_without_spaces(int width)
    {
        foreach (string line in Shown.Where(static name => name is not ("fence in a list" or "languages")).SelectMany(name => Screen.Show(Answers.Text(name), width).Split('\n')))
        {
            bool isLeftToTheTerminal = line.Contains("Get-ChildItem", StringComparison.Ordinal) || line.Split(' ').Any(word => CellWidth.OfText(word) > width - 4);
            Assert.True(CellWidth.OfText(line) <= width || isLeftToTheTerminal, line);
        }
    }
}
