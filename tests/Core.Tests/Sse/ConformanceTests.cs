using Xunit;

namespace OpenAIStream.Tests.Sse;

public class ConformanceTests
{
    public static TheoryData<string> RuleNames => [.. Conformance.Rules.Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(RuleNames))]
    public async Task The_decoder_follows_the_standard_however_the_bytes_are_split(string ruleName)
    {
        var rule = Conformance.Rules.Single(rule => rule.Name == ruleName);
        foreach (var (lineEnd, input) in rule.EveryLineEnd())
        {
            var ends = StandardDecoder.Ends(input);
            foreach (var (way, sizes) in Feed.EveryWay(input.Length))
            {
                string situation = $"{lineEnd}, {way}: {Feed.Show(input)}";
                AssertDelivered(rule.Events, ends, Feed.Decode(input, sizes), way == "byte by byte", situation);
                AssertDelivered(rule.Events, ends, await Feed.DecodeAsync(input, sizes), way == "byte by byte", situation + " (async)");
            }
        }
    }

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void The_reference_decoder_follows_the_standard(string ruleName)
    {
        var rule = Conformance.Rules.Single(rule => rule.Name == ruleName);
        Assert.Equal(rule.Events, StandardDecoder.Decode(rule.Input).Events);
    }

    /// <summary>The same at the boundaries of a buffer of the size in a Release build, and of the sizes it grows to.</summary>
    [Fact]
    public async Task Events_of_every_size_around_the_buffers_boundaries_keep_their_data()
    {
        var random = new Random(1);
        var input = new List<byte>();
        foreach (int size in new[] { 1, 2, 4 }.SelectMany(times => Enumerable.Range((times * SseParser.SmallBuffer) - 8, 12)).Where(size => size > 0))
        {
            int first = random.Next(size);
            string text = string.Concat(Enumerable.Range(0, size).Select(_ => (char)random.Next('!', '~')));
            input.AddRange(Feed.Bytes($"data: {text[..first]}\r\n: comment\r\nid: {size}\r\ndata:{text[first..]}\r\n\r\n"));
        }

        byte[] stream = [.. input];
        var expected = StandardDecoder.Decode(stream).Events;
        foreach (int pieceSize in new[] { 1, 7, 1460, 4096, 16 * 1024, 65536, stream.Length })
        {
            var sizes = Enumerable.Repeat(pieceSize, int.MaxValue);
            Assert.Equal(expected, Feed.Decode(stream, sizes).Select(delivery => delivery.Event));
            Assert.Equal(expected, (await Feed.DecodeAsync(stream, sizes)).Select(delivery => delivery.Event));
        }
    }

    [Fact]
    public void Rules_have_unique_names() =>
        Assert.Distinct(Conformance.Rules.Select(rule => rule.Name));

    private static void AssertDelivered(ServerSentEvent[] expected, List<int> ends, List<Feed.Delivery> actual, bool byteByByte, string situation)
    {
        var events = actual.Select(delivery => delivery.Event).ToArray();
        Assert.True(expected.SequenceEqual(events), $"{situation}\nexpected\n{Feed.Show(expected)}\nsaw\n{Feed.Show(events)}");

        // Byte by byte, an event is returned exactly after its last byte.
        var given = actual.ConvertAll(delivery => delivery.BytesGiven);
        Assert.True(!byteByByte || ends.SequenceEqual(given), $"{situation}\nevents end at {string.Join(", ", ends)}, came after {string.Join(", ", given)}");
    }
}
