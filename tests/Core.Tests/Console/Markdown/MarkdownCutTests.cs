using Xunit;

namespace OpenAIStream.Tests.Console;

/// <summary>However an answer is cut, the same text is shown, and nothing is held for long.</summary>
public class MarkdownCutTests
{
    private const int LongestForEachCut = 1000;

    public static TheoryData<string> Names => [.. Answers.Written.Select(static answer => answer.Name)];

    public static TheoryData<string> Recordings => [.. new[] { "chat", "completions", "responses" }.SelectMany(Captures.Files).Distinct()];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_generated_answer_looks_the_same_however_it_is_cut(string name)
    {
        AssertSame(Answers.Text(name));
        AssertSame(Answers.Text(name).Replace("\n", "\r\n", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void A_recorded_answer_looks_the_same_however_it_is_cut(string file) => AssertSame(Answers.Recorded(file));

    [Fact]
    public void So_are_the_examples_of_the_CommonMark_specification() => Assert.All(CommonMark.Examples(), static example => AssertSame(example.Markdown));

    [Fact]
    public void So_is_whatever_comes()
    {
        string[] parts = [.. Answers.Written.SelectMany(static answer => answer.Text.Split(' ')), "\n", "\n\n", "  ", "\t", "|", "`", "**", "[", "](", "- ", "> ", "```\n", "&#27;"];
        var random = new Random(1);
        for (int round = 0; round < 300; round++)
        {
            AssertSame(string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => parts[random.Next(parts.Length)] + (random.Next(3) == 0 ? "\n" : " "))), eachCut: false);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Colors_replace_only_the_markers(string name)
    {
        // The same letters and digits, in the same order.
        Assert.Equal(Letters(Screen.Show(Answers.Text(name), 40)), Letters(Screen.Cells(Screen.Show(Answers.Text(name), 40, Screen.Colors))));

        static string Letters(string shown) => string.Concat(shown.Replace("{", "\x1b{", StringComparison.Ordinal).Split('\x1b').SelectMany(static part => part[(part.IndexOf('}') + 1)..]).Where(char.IsLetterOrDigit));
    }

    private static void AssertSame(string text, bool eachCut = true)
    {
        foreach (int width in new[] { 0, 12, 40, 80, 120 })
        {
            var style = width % 80 == 0 ? Screen.Colors : MarkdownStyle.Plain;
            string whole = Screen.Cells(Screen.Show(text, width, style));
            Assert.Equal(whole, Screen.Cells(Screen.Show(Screen.Characters(text), width, style)));
            for (int at = 1; eachCut && width == 40 && at < text.Length && text.Length <= LongestForEachCut; at++)
            {
                Assert.Equal(whole, Screen.Cells(Screen.Show([text[..at], text[at..]], width, style)));
            }
        }
    }
}
