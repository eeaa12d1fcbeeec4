using Xunit;

namespace OpenAIStream.Tests.Console;

/// <summary>Attacks by a model on a terminal.</summary>
public class SafeTextTests
{
    [Theory]
    [InlineData("plain äöü 你 \U0001F600\n\tend", "plain äöü 你 \U0001F600\n\tend")]
    [InlineData("\x1b[2J\x1b]0;title\x07", "␛[2J␛]0;title␇")]
    [InlineData("a\bb\u007Fc\0d", "a␈b␡c␀d")]
    [InlineData("a\u009B31mb\u0085c", "a\uFFFD31mb\uFFFDc")]
    [InlineData("a\r\nb\rc\r\r\nd", "a\nb\nc\n\nd")]
    [InlineData("a\u202Eb\u2066c\u2069d", "a<U+202E>b<U+2066>c<U+2069>d")]
    [InlineData("a\u200Bb\u200Fc\uFEFFd\u00ADe", "a<U+200B>b<U+200F>c<U+FEFF>d<U+00AD>e")]
    [InlineData("a\u2028b\u2029c\u3164d", "a<U+2028>b<U+2029>c<U+3164>d")]
    [InlineData("a\U000E0041b\U000E0100", "a<U+E0041>b<U+E0100>")]
    [InlineData("a\u200Db\uFE0F\u200D", "a<U+200D>b\uFE0F<U+200D>")]
    [InlineData("\U0001F469\u200D\U0001F680 \u2764\uFE0F\u200D\U0001F525\u200D\u200D", "\U0001F469\u200D\U0001F680 \u2764\uFE0F\u200D\U0001F525\u200D<U+200D>")]
    public void Text_is_made_safe_whole_and_in_pieces(string text, string expected)
    {
        var whole = new SafeText();
        var pieces = new SafeText();
        Assert.Equal(expected, whole.Clean(text) + whole.Finish());
        Assert.Equal(expected, string.Concat(text.Select(character => pieces.Clean(character.ToString()))) + pieces.Finish());
    }

    [Fact]
    public void An_exception_s_message_and_its_inner_messages_are_safe()
    {
        var error = new ApiException("a\x1b[2J\u202E\nb", new InvalidDataException("c\u009B2J", new IOException("plain"))) { Body = "\x1b" };
        Assert.Equal("a␛[2J<U+202E>\nb", error.Message);
        Assert.Equal("System.IO.InvalidDataException: c\uFFFD2J", error.InnerException!.Message);
        Assert.IsType<IOException>(error.InnerException.InnerException);
        Assert.Equal("\x1b", error.Body);
        Assert.IsType<InvalidDataException>(new ApiException("a", new InvalidDataException("plain")).InnerException);
    }

    [Fact]
    public void A_lone_half_of_a_character_is_replaced()
    {
        Assert.Equal("a\uFFFDb", new SafeText().Clean("a\uDE00b")); // not in attributes, which cannot contain it
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
