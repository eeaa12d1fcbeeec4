using Xunit;

namespace OpenAIStream.Tests.Console;

/// <summary>Which text is held, and for how long.</summary>
public class MarkdownHoldTests
{
    public static TheoryData<string, string> Begins => new()
    {
        { "W", "W" },
        { "h", "h" },
        { "流", "流" },
        { "- a", "• a" },
        { "10. a", "10. a" },
        { "> a", "│ a" },
        { "# a", "# a" },
        { "- [x] a", "[x] a" },
        { "> - a", "│ • a" },
        { "a\nb", "a\nb" },
        { "a 2 * 3", "a 2 * 3" },
        { "`code` a", "`code` a" },
        { "**bold** a", "**bold** a" },
        { "[a] b", "[a] b" },
        { "[a](https://x.example) b", "a (https://x.example) b" },
        { "It is $5 now", "It is $5 now" },
        { "    c", "────────────────────────────────────────\nc" },
        { "```\nc", "────────────────────────────────────────\nc" },
        { "$$\nx", "$$\nx" },
    };

    [Theory]
    [MemberData(nameof(Begins))]
    public void Text_is_written_with_the_character_that_makes_it_certain(string text, string expected)
    {
        var markdown = new MarkdownText(MarkdownStyle.Plain) { Width = 80 };
        Assert.Equal(expected, string.Concat(Screen.Characters(text).Select(markdown.Add)));
    }

    public static TheoryData<string, string> Ends => new()
    {
        { "a **b c d", "a" },
        { "a `b **c** d", "a" },
        { "a [b **c** d", "a" },
        { "a *b [c `d", "a" },
        { "a \\(b c", "a" },
        { "a [b](c", "a" },
        { "a <https://b", "a" },
        { "```js", "" },
        { "| a | b |", "" },
        { "---", "" },
        { "# a ##", "# a" },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void Held_text_is_written_at_the_end_of_its_line(string text, string before)
    {
        var markdown = new MarkdownText(MarkdownStyle.Plain) { Width = 80 };
        Assert.Equal(before, string.Concat(Screen.Characters(text).Select(markdown.Add)));
        string after = markdown.Add("\n") + markdown.Add("x");
        Assert.NotEqual("", after);
        Assert.Equal(Screen.Show(text + "\nx", 80), before + after + markdown.Finish());
    }

    [Fact]
    public void A_table_is_written_when_the_next_line_starts()
    {
        var markdown = new MarkdownText(MarkdownStyle.Plain) { Width = 80 };
        Assert.Equal("", markdown.Add("| a |\n|---|\n| b |\n| c |\n"));
        Assert.Equal("a\n─\nb\nc\nE", markdown.Add("E"));
    }

    [Fact]
    public void A_colored_line_is_held_until_it_ends_unless_it_is_endless()
    {
        var markdown = new MarkdownText(Screen.Marks) { Width = 80 };
        markdown.Add("```js\n");
        Assert.Equal("", markdown.Add("let x = 1"));
        Assert.Equal("<kw>let</> x = 1;\n", markdown.Add(";\n"));
        Assert.Equal(3000, markdown.Add(new string('x', 3000)).Length);
        Assert.Equal("yy", markdown.Add("yy"));
    }

    [Fact]
    public void Each_piece_ends_the_styles_that_it_starts()
    {
        var markdown = new MarkdownText(Screen.Marks) { Width = 80 };
        Assert.Equal("<h1>Title</>", markdown.Add("# Title"));
        Assert.Equal("<h1> is</>", markdown.Add(" is"));
    }
}
