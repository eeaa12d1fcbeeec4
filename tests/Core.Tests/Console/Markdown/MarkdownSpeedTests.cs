using Xunit;

namespace OpenAIStream.Tests.Console;

/// <summary>The number of characters read shows that time stays linear, without a clock.</summary>
public class MarkdownSpeedTests
{
#if DEBUG
    private const int Length = 20_000; // the bounds are the same, and this code takes ten times as long
#else
    private const int Length = 200_000;
#endif

    public static TheoryData<string> Hostile =>
    [
        "*a ", "a* ", "**a*", "_a*", "[", "[a](", "[a](b", "![", "![[]()", "[a](b)", "`", "` ``", "<a ", "<a b='", "&a", "$a ", "\\(", "\\[", "$$a", "> ", "- ", "1. ", "\\", "]", "| ", "[*a_", "*a]",
        "~~a", "\t", " ", "#", "=", "-", "```", "a|", "https://a_b*c", "([", "[a](b \"", "[a](<b",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_line_of_one_repeated_character_is_read_only_a_few_times(string sign) => AssertLinear(Repeat(sign, Length), 40);

    [Theory]
    [MemberData(nameof(Hostile))]
    public void So_are_many_lines(string sign) => AssertLinear(Repeat(sign + "a\n", Length), 40);

    [Fact]
    public void A_megabyte_of_Markdown_is_read_twice_at_most() => AssertLinear(Repeat(string.Join("\n\n", Answers.Written.Where(static answer => answer.Name != "json").Select(static answer => answer.Text)), 1 << 20), 3);

    [Fact]
    public void Ten_thousand_rows_of_a_table_are_read_twice_at_most() => AssertLinear("| a | b |\n|---|---|\n" + Repeat("| one `two` | **three** |\n", 10_000 * 25), 3);

    [Theory]
    [InlineData("")]
    [InlineData("python")]
    public void A_hundred_thousand_lines_of_code_are_read_twice_at_most(string language) => AssertLinear($"```{language}\n" + Repeat("    return 'x' + 1 # comment\n", 100_000 * 28) + "```", 3);

    [Fact]
    public void Runs_of_backticks_of_every_length_are_looked_for_once() => AssertLinear(string.Join(' ', Enumerable.Range(1, 600).Select(static length => new string('`', length))), 4);

    [Fact]
    public void Deeply_nested_emphasis_is_matched_once() => AssertLinear(Repeat("*a ", Length) + Repeat("a* ", Length), 3);

    private static string Repeat(string text, int length) => string.Concat(Enumerable.Repeat(text, (length / text.Length) + 1));

    private static void AssertLinear(string text, int times)
    {
        var markdown = new MarkdownText(Screen.Colors) { Width = 80 };
        var safe = new SafeText();
        for (int at = 0; at < text.Length; at += 4)
        {
            markdown.Add(safe.Clean(text.Substring(at, Math.Min(4, text.Length - at))));
        }

        markdown.Finish();
        Assert.InRange(markdown.Steps, text.Count(static character => character != '\n') / 2, (long)text.Length * times);
    }
}
