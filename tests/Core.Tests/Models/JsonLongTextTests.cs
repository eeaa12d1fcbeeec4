using System.Text;
using OpenAIStream.Tests.Sse;
using Xunit;

namespace OpenAIStream.Tests.Models;

/// <summary>A long text is read like any other, and escapes in it are decoded as in a short one.</summary>
public class JsonLongTextTests
{
    private const int Long = 3000;
    private static readonly string Base64 = Convert.ToBase64String([.. Enumerable.Range(0, Long).Select(static i => (byte)(i * 7))]);

    public static TheoryData<string> Texts =>
    [
        Base64,
        Base64 + Convert.ToBase64String("one"u8),
        Base64 + Convert.ToBase64String("four"u8),
        Base64 + Convert.ToBase64String("fives"u8),
        Base64 + "A",
        Base64 + "AB",
        Base64 + "=",
        Base64 + "====",
        Base64 + "A===",
        Base64 + " ",
        " " + Base64 + "    ",
        Base64[..100] + "    " + Base64[100..],
        Base64[..101] + "=" + Base64[102..],
        Base64[..100] + "-_-_" + Base64[104..],
        Base64[..100] + "/+\u007f" + Base64[103..],
        "data:image/png;base64," + Base64,
        Base64 + "für",
        Base64 + "a\n\"b\"",
        Base64 + "\ud83d",
        new string('"', Long),
        new string('ü', Long),
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Its_text_its_JSON_and_its_bytes_are_those_of_the_string(string text)
    {
        string json = JsonMap(text).ToJson();
        foreach (object? earlier in new object?[] { null, Read(json, null), Read(JsonMap("other" + text).ToJson(), null), Read(JsonMap("x").ToJson(), null), Read("{}", null) })
        {
            var image = Read(json, earlier);
            Assert.Equal(json, image.ToJson()); // first, because nobody has read it yet
            Assert.Equal(Outcome(() => Expected(text)), Outcome(image.ToBytes));
            Assert.Equal(text, image.ImageBase64);
            Assert.Equal(text, image["b64_json"]);
            Assert.Same(image.ImageBase64, image.ImageBase64);
            Assert.Equal(json, image.ToJson());
            Assert.Equal(Outcome(() => Expected(text)), Outcome(image.ToBytes));
        }
    }

    [Fact]
    public void A_nested_model_is_changed_copied_and_joined_like_any_other()
    {
        var image = Read($$"""{"type":"image_generation.completed","b64_json":"{{Base64}}","novel":"{{Base64}}x"}""", null);
        image["novel"] = "short";
        Assert.Equal($$"""{"type":"image_generation.completed","b64_json":"{{Base64}}","novel":"short"}""", image.ToJson());
        var other = new JsonMap { ["image"] = image["b64_json"], ["whole"] = image };
        Assert.Equal("{\"image\":\"" + Base64 + "\",\"whole\":" + image.ToJson() + "}", other.ToJson());

        var joined = new ImageAccumulator();
        joined.Add(image);
        Assert.Equal(Convert.FromBase64String(Base64), joined.Whole.Data[0].ToBytes());
        Assert.Equal(Base64, joined.Whole.Data[0].ImageBase64);
        Assert.Equal($"image of {Long} bytes", joined.Whole.Data[0].ToString());

        var answer = JsonModel.FromJson<ChatCompletion>("""{"choices":[{"message":{"content":"CONTENT"}}]}""".Replace("CONTENT", Base64));
        Assert.Equal(Base64, answer.Text);
        Assert.Equal(Base64, ((JsonMap)JsonModel.FromJson<JsonMap>("""{"a":{"b":"CONTENT"}}""".Replace("CONTENT", Base64))["a"]!)["b"]);
    }

    [Fact]
    public void Decoding_takes_the_memory_of_the_bytes_and_no_more()
    {
        string text = Convert.ToBase64String(new byte[300_000]);
        var image = Read($$"""{"b64_json":"{{text}}"}""", null);
        image.ToBytes();
        long before = GC.GetAllocatedBytesForCurrentThread();
        byte[] bytes = image.ToBytes();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, bytes.Length, bytes.Length + 1000);
    }

    [Theory]
    [InlineData(1460)]
    [InlineData(65536)]
    [InlineData(8 * 1024 * 1024)]
    public void Kept_images_stay_unchanged_when_more_is_read(int pieceSize)
    {
        byte[][] sent = [.. Enumerable.Range(1, 4).Select(static i => Enumerable.Repeat((byte)(i * 37), 900_000 + (i * 300_000)).ToArray())];
        string events = string.Concat(sent.Select(static (image, i) =>
            $$"""data: {"type":"image_generation.{{(i == 3 ? "completed" : "partial_image")}}","b64_json":"{{Convert.ToBase64String(image)}}","partial_image_index":{{i}}}""" + "\n\n: wait\n\n"));
        using var stream = SseStream.Read<ImageEvent>(new PieceStream(Encoding.ASCII.GetBytes(events), Enumerable.Repeat(pieceSize, events.Length)));
        ImageEvent[] images = [.. stream.ToBlockingEnumerable()];
        Assert.Equal(sent, images.Select(static image => image.ToBytes()));
        Assert.Equal(sent.Select(Convert.ToBase64String), images.Select(static image => image.ImageBase64));
    }

    [Fact]
    public void Joined_speech_is_its_bytes()
    {
        var joined = new SpeechAccumulator();
        joined.Add(new SpeechEvent { ["type"] = "speech.audio.delta", ["audio"] = Base64 });
        joined.Add(JsonModel.FromJson<SpeechEvent>($$"""{"type":"speech.audio.delta","audio":"{{Base64}}"}"""));
        var whole = (SpeechEvent)joined.ToWhole();
        Assert.Equal([.. Convert.FromBase64String(Base64), .. Convert.FromBase64String(Base64)], whole.ToBytes());
        Assert.Equal(Base64 + Base64, whole.AudioBase64);
    }

    private static JsonMap JsonMap(string text) => new() { ["type"] = "image_generation.completed", ["b64_json"] = text };

    private static ImageEvent Read(string json, object? earlier) =>
        (ImageEvent)new JsonModelReader().Read(Encoding.UTF8.GetBytes(json), ImageEvent.Shape, earlier)!;

    private static byte[] Expected(string text) => text.StartsWith("data:", StringComparison.Ordinal)
        ? throw new ResponseFormatException("The response contains the image as a data URL (image/png), not as Base64.")
        : Convert.FromBase64String(text);

    private static string Outcome(Func<byte[]> read)
    {
        try
        {
            return Convert.ToHexString(read());
        }
        catch (Exception exception) when (exception is FormatException or ResponseFormatException)
        {
            return "no Base64";
        }
    }
}
