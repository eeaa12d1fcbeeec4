using Xunit;

namespace OpenAIStream.Tests.Console;

/// <summary>Text in pieces, wrapped into the lines of a terminal.</summary>
public class WordWrapTests
{
    private const string Family = "\U0001F468\u200D\U0001F469\u200D\U0001F467"; // one picture, joined from three

    public static TheoryData<string, int, string, string> Lines => new()
    {
        { "between words", 10, "one two three four", "one two|three four" },
        { "a full line", 7, "one two three", "one two|three" },
        { "not where the width is unknown", 0, "one two three four five", "one two three four five" },
        { "own line ends", 10, "one\n\n  two", "one||  two" },
        { "indentation", 12, "    one two three", "    one two|three" },
        { "a long word goes to the terminal whole, on a line of its own", 10, "see abcdefghijklmn now", "see|abcdefghijklmn now" },
        { "an address that fits is not broken", 20, "read http://a.example/b now", "read|http://a.example/b|now" },
        { "blanks at the edge make no empty line", 3, "one   two", "one|two" },
        { "blanks before a line end", 3, "one  \ntwo", "one|two" },
        { "tabs", 12, "a\tbcd efg", "a\tbcd|efg" },
        { "wide characters between any two", 7, "你好世界", "你好世|界" },
        { "wide and narrow", 6, "ab 你好", "ab 你|好" },
        { "combining marks take no cell", 5, "e\u0301e\u0301e\u0301 ab", "e\u0301e\u0301e\u0301|ab" },
        { "joined emoji are one", 6, $"ab {Family} c", $"ab {Family}|c" },
        { "flags are pairs", 5, "\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7\U0001F1EE\U0001F1F9", "\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7|\U0001F1EE\U0001F1F9" },
        { "skin tones belong to the hand", 4, "\U0001F44B\U0001F3FD\U0001F44B\U0001F3FD\U0001F44B\U0001F3FD", "\U0001F44B\U0001F3FD\U0001F44B\U0001F3FD|\U0001F44B\U0001F3FD" },
        { "a heart as a picture takes two", 4, "ab \u2764\uFE0F", "ab|\u2764\uFE0F" },
        { "code stays as it is", 10, "```\nfoo(bar, baz, qux)\n```\none two three", "```|foo(bar, baz, qux)|```|one two|three" },
        { "code of tildes, indented", 10, "  ~~~ c\nfoo bar baz qux\n  ~~~\none two three", "  ~~~ c|foo bar baz qux|  ~~~|one two|three" },
        { "a shorter fence ends nothing", 10, "````\n```\nfoo bar baz qux\n````\none two three", "````|```|foo bar baz qux|````|one two|three" },
        { "code within a line is text", 10, "```x``` one two", "```x```|one two" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Lines_end(string what, int width, string text, string expected)
    {
        Assert.Equal(expected, Wrap(width, [text]));
        Assert.Equal(expected, Wrap(width, Pieces(text)));
        Assert.NotEmpty(what);
    }

    [Fact]
    public void A_piece_is_written_at_once_if_it_fits()
    {
        var wrap = new WordWrap { Width = 80 };
        Assert.Equal("Hel", wrap.Add("Hel"));
        Assert.Equal("lo", wrap.Add("lo"));
        Assert.Equal(" wor", wrap.Add(" wor"));
    }

    [Fact]
    public void A_last_word_near_the_edge_waits_only_for_its_end()
    {
        var wrap = new WordWrap { Width = 40 };
        Assert.Equal("0123456789 0123456789", wrap.Add("0123456789 0123456789 str"));
        Assert.Equal("", wrap.Add("aw"));
        Assert.Equal(" straw", wrap.Add(" "));
        Assert.Equal(" b", wrap.Add("b ") + wrap.Flush().TrimEnd());
    }

    [Fact]
    public void A_new_width_applies_from_the_next_word()
    {
        var wrap = new WordWrap { Width = 80 };
        string text = wrap.Add("one two three ");
        wrap.Width = 10;
        text += wrap.Add("four five six") + wrap.Flush();
        Assert.Equal("one two three\nfour five\nsix", text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(80)]
    [InlineData(int.MaxValue)]
    public void Any_text_however_it_is_cut_loses_only_spaces_and_gains_only_line_ends(int width)
    {
        string[] parts = ["a", "word", "http://a.example/b", " ", "   ", "\t", "\n", "\n\n", "```", "\n```\n", "~~~", "你", "e\u0301", Family, "\U0001F1E9", "\u2764\uFE0F", "\u0301"];
        var random = new Random(width);
        for (int round = 0; round < 500; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => parts[random.Next(parts.Length)]));
            var safe = new SafeText();
            var wrap = new WordWrap { Width = width };
            var shown = new System.Text.StringBuilder();
            for (int at = 0, length; at < text.Length; at += length)
            {
                length = Math.Min(random.Next(1, 12), text.Length - at);
                shown.Append(wrap.Add(safe.Clean(text.Substring(at, length)))); // also within a character
            }

            shown.Append(wrap.Add(safe.Finish())).Append(wrap.Flush());
            Assert.Equal(WithoutBlanks(text), WithoutBlanks(shown.ToString()));
            Assert.True(shown.ToString().Count(c => c == '\n') >= text.Count(c => c == '\n'), $"a line end is lost: {text}");
        }

        static string WithoutBlanks(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
    }

    private static IEnumerable<string> Pieces(string text)
    {
        for (int at = 0; at < text.Length; at++)
        {
            // SafeText only returns pieces with complete characters.
            yield return char.IsHighSurrogate(text[at]) ? text.Substring(at++, 2) : text[at].ToString();
        }
    }

    private static string Wrap(int width, IEnumerable<string> pieces)
    {
        var wrap = new WordWrap { Width = width };
        string text = string.Concat(pieces.Select(piece => wrap.Add(piece))) + wrap.Flush();
        return text.Replace('\n', '|');
    }
}
