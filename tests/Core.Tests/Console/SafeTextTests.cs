using Xunit;

namespace OpenAIStream.Tests.Console;

/// <summary>What a model may not do to a terminal.</summary>
public class SafeTextTests
{
    [Theory]
    [InlineData("plain äöü 你 \U0001F600\n\tend", "plain äöü 你 \U0001F600\n\tend")]
    [InlineData("\x1b[2J\x1b]0;title\x07", "␛[2J␛]0;title␇")]
    [InlineData("a\bb\u007Fc\0d", "a␈b␡c␀d")]
    [InlineData("a\u009B31mb\u0085c", "a\uFFFD31mb\uFFFDc")]
    [InlineData("a\r\nb\rc\r\r\nd", "a\nb\nc\n\nd")]
    public void Text_is_made_safe_whole_and_in_pieces(string text, string expected)
    {
        var whole = new SafeText();
        var pieces = new SafeText();
        Assert.Equal(expected, whole.Clean(text) + whole.Finish());
        Assert.Equal(expected, string.Concat(text.Select(character => pieces.Clean(character.ToString()))) + pieces.Finish());
    }

    [Fact]
    public void Half_a_character_that_stays_alone_is_none()
    {
        Assert.Equal("a\uFFFDb", new SafeText().Clean("a\uDE00b")); // not in attributes, which cannot hold it
        Assert.Equal("a\uFFFDb", new SafeText().Clean("a\uD83Db"));
    }

    [Fact]
    public void Half_a_character_waits_for_the_other_half()
    {
        var text = new SafeText();
        Assert.Equal("a", text.Clean("a\uD83D"));
        Assert.Equal("\U0001F600b", text.Clean("\uDE00b"));
        Assert.Equal("", text.Clean("\uD83D"));
        Assert.Equal("\uFFFD", text.Finish());
    }
}
