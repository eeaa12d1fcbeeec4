using System.Text.RegularExpressions;
using OpenAIStream.Tests.Console;
using Xunit;

namespace OpenAIStream.Tests;

/// <summary>Images as terminals take them: what a terminal is asked, what it is given, and what is done with an image that is none.</summary>
public sealed class ImageTests
{
    private const string Kitty = "\x1bP>|kitty(0.42.1)\x1b\\\x1b[6;20;10t\x1b[?62;c";

    /// <summary>What a terminal answers to the first question, whether it knows kitty's protocol, and what is made of that.</summary>
    public static TheoryData<string, string, bool, ImageProtocol> Terminals => new()
    {
        { "kitty", Kitty, true, ImageProtocol.Kitty },
        { "ghostty", "\x1bP>|ghostty 1.2.0\x1b\\\x1b[6;34;17t\x1b[?62;22c", true, ImageProtocol.Kitty },
        { "WezTerm", "\x1bP>|WezTerm 20240203-110809-5046fc22\x1b\\\x1b[?65;4;6;18;22c", false, ImageProtocol.ITerm2 },
        { "iTerm2", "\x1bP>|iTerm2 3.5.10\x1b\\\x1b[?64;1;2;4;6;17;18;21;22c", false, ImageProtocol.ITerm2 },
        { "foot", "\x1bP>|foot(1.19.0)\x1b\\\x1b[6;19;9t\x1b[?62;4;22;28;29c", false, ImageProtocol.Sixel },
        { "Windows Terminal", "\x1b[6;20;10t\x1b[?61;4;6;7;14;21;22;23;24;28;32;42c", false, ImageProtocol.Sixel },
        { "xterm without sixel", "\x1bP>|XTerm(390)\x1b\\\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c", false, ImageProtocol.None },
        { "tmux", "\x1bP>|tmux 3.3a\x1b\\\x1b[?1;2c", false, ImageProtocol.None },
        { "Terminal.app", "\x1b[?1;2c", false, ImageProtocol.None },
        { "one that does not answer", "", false, ImageProtocol.None },
    };

    [Theory]
    [MemberData(nameof(Terminals))]
    public void A_terminal_is_taken_at_its_word(string what, string answer, bool knowsKitty, ImageProtocol expected)
    {
        List<string> asked = [];
        var terminal = ImageTerminal.Ask(question =>
        {
            asked.Add(question);
            return asked.Count == 1 ? answer : knowsKitty ? "\x1b_Gi=31;OK\x1b\\\x1b[?62;c" : "\x1b[?62;c";
        });
        Assert.Equal(expected, terminal.Protocol);
        Assert.All(asked, static question => Assert.EndsWith(ImageTerminal.LastQuestion, question, StringComparison.Ordinal));
        Assert.True(answer.Contains(">|", StringComparison.Ordinal) || asked.Count == 1, $"{what} has no name and might print kitty's question");
    }

    [Fact]
    public void The_size_of_a_cell_is_what_the_terminal_says_and_else_what_is_usual()
    {
        Assert.Equal((17, 34), Cell("\x1b[6;34;17t\x1b[?62c"));
        Assert.Equal((10, 20), Cell("\x1b[6;0;0t\x1b[?62c"));
        Assert.Equal((10, 20), Cell("\x1b[6;9999;9t\x1b[?62c"));
        Assert.Equal((10, 20), Cell("\x1b[?62c"));

        static (int Width, int Height) Cell(string answer) => ImageTerminal.Ask(_ => answer) is var terminal ? (terminal.CellWidth, terminal.CellHeight) : default;
    }

    public static TheoryData<int> ColorTypes => [0, 2, 4, 6];

    [Theory]
    [MemberData(nameof(ColorTypes))]
    public void A_png_is_read_whatever_its_lines_are_filtered_by(int colorType)
    {
        int channels = colorType switch { 0 => 1, 4 => 2, 2 => 3, _ => 4 };
        byte[] samples = Samples(13, 11, channels);
        var pixels = PngReader.Read(PngFile.Of(13, 11, colorType, samples));
        Assert.NotNull(pixels);
        Assert.Equal((13, 11), (pixels.Width, pixels.Height));
        for (int i = 0; i < 13 * 11; i++)
        {
            byte[] one = samples[(i * channels)..((i + 1) * channels)];
            byte[] expected = channels switch
            {
                1 => [one[0], one[0], one[0], 255],
                2 => [one[0], one[0], one[0], one[1]],
                3 => [.. one, 255],
                _ => one,
            };
            Assert.Equal(expected, pixels.Values[(i * 4)..((i * 4) + 4)]);
        }
    }

    [Fact]
    public void What_is_not_a_whole_png_is_not_drawn()
    {
        byte[] png = PngFile.Of(9, 7, 6, Samples(9, 7, 4));
        var view = View(ImageProtocol.Sixel);
        for (int length = 0; length < png.Length - 12; length++)
        {
            Assert.Null(view.Show(png[..length], isPartial: false));
        }

        for (int at = 0; at < png.Length; at++)
        {
            byte[] broken = (byte[])png.Clone();
            broken[at] ^= 0x55;
            _ = view.Show(broken, isPartial: false); // whatever comes of it, it does not throw
        }

        byte[] huge = (byte[])png.Clone();
        huge[16] = 0x7F;
        Assert.Null(view.Show(huge, isPartial: false));
        Assert.Null(view.Show("RIFF....WEBPVP8 and so on, for more than the head of a PNG"u8.ToArray(), isPartial: false));
        Assert.Null(View(ImageProtocol.Kitty).Show([1, 2, 3], isPartial: false));
    }

    [Fact]
    public void Kitty_gets_the_file_in_pieces_and_answers_nothing()
    {
        byte[] png = PngFile.Of(100, 100, 6, Noise(100 * 100 * 4));
        string shown = View(ImageProtocol.Kitty).Show(png, isPartial: false)!;
        var pieces = Regex.Matches(shown, "\x1b_G([^;]*);([^\x1b]*)\x1b\\\\");
        Assert.Equal(shown, string.Concat(pieces.Select(static piece => piece.Value)) + "\n");
        Assert.Equal(png, Convert.FromBase64String(string.Concat(pieces.Select(static piece => piece.Groups[2].Value))));
        Assert.True(pieces.Count > 2);
        Assert.All(pieces, static piece => Assert.True(piece.Groups[2].Length <= 4096));
        Assert.All(pieces, static piece => Assert.Contains("q=2", piece.Groups[1].Value, StringComparison.Ordinal));
        Assert.Equal("a=T,f=100,q=2,c=10,m=1", pieces[0].Groups[1].Value);
        Assert.Equal("q=2,m=0", pieces[^1].Groups[1].Value);
    }

    [Theory]
    [InlineData(1000, 100, false, 80)]
    [InlineData(100, 1000, false, 5)]
    [InlineData(100, 100, false, 10)]
    [InlineData(1000, 1000, true, 24)]
    public void An_image_is_no_larger_than_the_window_and_small_as_long_as_it_is_partial(int width, int height, bool isPartial, int columns)
    {
        byte[] png = PngFile.Of(width, height, 0, new byte[width * height]);
        Assert.Contains(FormattableString.Invariant($"c={columns},"), View(ImageProtocol.Kitty).Show(png, isPartial), StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"width={columns};"), View(ImageProtocol.ITerm2).Show(png, isPartial), StringComparison.Ordinal);
    }

    [Fact]
    public void ITerm2_gets_files_of_any_format()
    {
        byte[] webp = "RIFF....WEBPVP8 "u8.ToArray();
        Assert.Equal($"\x1b]1337;File=inline=1;size={webp.Length};width=auto;preserveAspectRatio=1:{Convert.ToBase64String(webp)}\a\n", View(ImageProtocol.ITerm2).Show(webp, isPartial: false));
    }

    [Fact]
    public void Through_tmux_kitty_gets_the_file_and_tmux_the_lines()
    {
        byte[] png = PngFile.Of(30, 40, 2, new byte[30 * 40 * 3]);
        var view = new ImageView(ImageTerminal.Unknown with { Protocol = ImageProtocol.Kitty }, isInTmux: true) { Width = 80 };
        string shown = view.Show(png, isPartial: false)!;
        Assert.StartsWith("\x1bPtmux;\x1b\x1b_Ga=T,U=1,i=257,f=100,q=2,c=3,r=2,m=0;", shown, StringComparison.Ordinal);
        Assert.EndsWith("\x1b\x1b\\\x1b\\\x1b[38;2;0;1;1m\U0010EEEE\u0305\U0010EEEE\U0010EEEE\x1b[39m\n\x1b[38;2;0;1;1m\U0010EEEE\u030D\U0010EEEE\U0010EEEE\x1b[39m\n", shown, StringComparison.Ordinal);
        Assert.Contains("i=258,", view.Show(png, isPartial: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Sixels_are_the_image_in_fewer_colors()
    {
        byte[] samples = Samples(40, 31, 4);
        for (int i = 0; i < samples.Length; i += 4)
        {
            samples[i + 3] = (byte)(i % 28 == 0 ? 0 : 255);
        }

        var drawn = SixelScreen.Draw(View(ImageProtocol.Sixel).Show(PngFile.Of(40, 31, 6, samples), isPartial: false)!);
        Assert.Equal((40, 31), (drawn.Width, drawn.Height));
        for (int i = 0; i < 40 * 31; i++)
        {
            Assert.Equal(samples[(i * 4) + 3] == 255, drawn.Colors[i] is not null);
            for (int channel = 0; channel < 3 && drawn.Colors[i] is int[] color; channel++)
            {
                Assert.InRange(samples[(i * 4) + channel] * 100 / 255, color[channel] - 20, color[channel] + 20); // a shade is 20 %
            }
        }
    }

    [Fact]
    public void An_image_that_is_scaled_down_keeps_its_colors()
    {
        byte[] samples = new byte[2000 * 10 * 3];
        for (int i = 0; i < samples.Length; i += 3)
        {
            samples[i] = 255;
        }

        var drawn = SixelScreen.Draw(View(ImageProtocol.Sixel).Show(PngFile.Of(2000, 10, 2, samples), isPartial: false)!);
        Assert.Equal((800, 4), (drawn.Width, drawn.Height));
        Assert.All(drawn.Colors, static color => Assert.Equal([100, 0, 0], color!));
    }

    [Fact]
    public void Images_of_a_stream_are_shown_below_their_lines()
    {
        string png = Convert.ToBase64String(PngFile.Of(1, 1, 0, [0]));
        string[] events =
        [
            $$"""{"type":"image_generation.partial_image","partial_image_index":0,"b64_json":"{{png}}"}""",
            $$"""{"type":"image_generation.completed","size":"1x1","output_format":"png","b64_json":"{{png}}"}""",
        ];
        Assert.Equal($"[image] partial 1\n<{png}>[image] 1x1 png\n<{png}>", Shown(events.Select(JsonModel.FromJson<ImageEvent>), View(ImageProtocol.Kitty)));
        Assert.Equal("[image] partial 1\n[image] 1x1 png\n", Shown(events.Select(JsonModel.FromJson<ImageEvent>), null));
    }

    [Fact]
    public void Images_of_a_response_and_of_an_answer_are_shown_too()
    {
        string png = Convert.ToBase64String(PngFile.Of(1, 1, 0, [0]));
        string[] events =
        [
            """{"type":"response.output_item.added","output_index":0,"item":{"id":"ig_1","type":"image_generation_call"}}""",
            $$"""{"type":"response.image_generation_call.partial_image","output_index":0,"item_id":"ig_1","partial_image_index":0,"partial_image_b64":"{{png}}"}""",
            $$$"""{"type":"response.output_item.done","output_index":0,"item":{"id":"ig_1","type":"image_generation_call","result":"{{{png}}}","size":"1x1","output_format":"png"}}""",
        ];
        Assert.Equal($"[image] partial 1\n<{png}>[image] 1x1 png\n<{png}>", Shown(events.Select(JsonModel.FromJson<ResponseEvent>), View(ImageProtocol.Kitty)));
        var result = JsonModel.FromJson<ImageResult>($$"""{"size":"1x1","data":[{"b64_json":"{{png}}"},{"url":"https://a/b.png"},{"b64_json":"no Base64"}]}""");
        Assert.Equal($"[image] 1x1\n<{png}>[image] 1x1 https://a/b.png\n[image] 1x1\n", Shown([result], View(ImageProtocol.Kitty)));
    }

    private static ImageView View(ImageProtocol protocol) => new(ImageTerminal.Unknown with { Protocol = protocol }) { Width = 80, Height = 28 };

    private static string Shown(IEnumerable<ModelOutput> outputs, ImageView? images)
    {
        var view = new StreamView { Width = 80, Images = () => images };
        string shown = string.Concat(outputs.Select(view.Add)) + view.Finish();
        return Regex.Replace(shown, "\x1b_G[^;]*;([^\x1b]*)\x1b\\\\\n", "<$1>");
    }

    /// <summary>Colors that change from pixel to pixel, so that each filter has something to do.</summary>
    private static byte[] Samples(int width, int height, int channels) =>
        [.. Enumerable.Range(0, width * height * channels).Select(i => (byte)((i * 7) + (i / (width * channels) * 31)))];

    private static byte[] Noise(int count)
    {
        byte[] noise = new byte[count];
        new Random(1).NextBytes(noise);
        return noise;
    }
}
