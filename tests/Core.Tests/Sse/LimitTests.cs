using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Sse;

public class LimitTests
{
    private const int Limit = 40;

    /// <summary>Streams with a part of the given length: an event's data, name and id count separately.</summary>
    private static readonly Dictionary<string, Func<int, string>> Counted = new()
    {
        ["data on one line"] = length => $"data: {Text(length)}\n\n",
        ["data without its space"] = length => $"data:{Text(length)}\n\n",
        ["data on two lines, the joining LF included"] = length => $"data: {Text(9)}\ndata: {Text(length - 10)}\n\n",
        ["data on very many empty lines"] = length => string.Concat(Enumerable.Repeat("data\n", length + 1)) + "\n",
        ["data around comments"] = length => $"data: {Text(9)}\n: {Text(100)}\ndata: {Text(length - 10)}\n\n",
        ["data of characters of three bytes"] = length => $"data: {new string('\u20AC', length / 3)}{Text(length % 3)}\n\n",
        ["data of the second event"] = length => $"data: {Text(Limit)}\n\ndata: {Text(length)}\n\n",
        ["a line that does not end"] = length => $"data: {Text(length)}",
        ["a second line that does not end"] = length => $"data: {Text(9)}\ndata: {Text(length - 10)}",
        ["a name"] = length => $"event: {Text(length)}\ndata: a\n\n",
        ["an id"] = length => $"id: {Text(length)}\ndata: a\n\n",
        ["a name that does not end"] = length => $"event:{Text(length)}",
        ["digits"] = length => $"retry: {new string('0', length)}\ndata: a\n\n",
        ["lines ended by CR"] = length => $"data: {Text(9)}\rdata: {Text(length - 10)}\r\r",
        ["lines ended by CRLF"] = length => $"data: {Text(9)}\r\ndata: {Text(length - 10)}\r\n\r\n",
    };

    public static TheoryData<string> CountedNames => [.. Counted.Keys];

    [Theory]
    [MemberData(nameof(CountedNames))]
    public void An_event_of_exactly_the_limit_is_read_and_one_byte_more_is_refused(string what)
    {
        byte[] fits = Encoding.UTF8.GetBytes(Counted[what](Limit));
        byte[] outgrows = Encoding.UTF8.GetBytes(Counted[what](Limit + 1));
        foreach (var (way, sizes) in Feed.EveryWay(outgrows.Length))
        {
            Assert.Equal(StandardDecoder.Decode(fits).Events, Feed.Decode(fits, sizes, Limit).ConvertAll(delivery => delivery.Event));

            var seen = new List<ServerSentEvent>();
            var thrown = Record.Exception(() => ReadInto(seen, outgrows, sizes));
            Assert.True(thrown is EventTooLargeException, $"{way}: no error, but {Feed.Show(seen)}");
            Assert.Equal(Limit, ((EventTooLargeException)thrown).MaxEventBytes);
            Assert.Equal(StandardDecoder.Decode(outgrows).Events.Take(seen.Count), seen);
            Assert.Equal(seen.Count, ((EventTooLargeException)thrown).EventIndex);
        }
    }

    [Theory]
    [InlineData(": {0}\n\ndata: a\n\n")]
    [InlineData("data: a\n: {0}\n\n")]
    [InlineData("unknown: {0}\ndata: a\n\n")]
    [InlineData("{0}\ndata: a\n\n")]
    [InlineData("data: a\n\n: {0}")]
    public void Comments_and_unknown_fields_do_not_count_toward_the_limit(string form)
    {
        byte[] input = Encoding.UTF8.GetBytes(form.Replace("{0}", Text(10 * Limit), StringComparison.Ordinal));
        foreach (var (_, sizes) in Feed.EveryWay(input.Length))
        {
            Assert.Equal([new ServerSentEvent(null, "a")], Feed.Decode(input, sizes, 1).Select(delivery => delivery.Event));
        }
    }

    [Fact]
    public void The_error_is_the_same_however_the_bytes_are_split()
    {
        byte[] input = Encoding.UTF8.GetBytes($"data: a\n\n: comment\ndata: b\ndata: {Text(Limit)}\n\n");
        var messages = Feed.EveryWay(input.Length).Select(way => Assert.Throws<EventTooLargeException>(() => Feed.Decode(input, way.Sizes, Limit)).Message);
        Assert.Equal("Event 1 of the stream, at byte 27, is larger than the limit of 40 bytes. Increase MaxEventBytes; null means no limit.", Assert.Single(messages.Distinct()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_limit_too_small_for_any_event_is_refused(long limit) =>
        Assert.StartsWith("MaxEventBytes must be 1 or more", Assert.Throws<ArgumentOutOfRangeException>(() => new SseDecoder { MaxEventBytes = limit }).Message);

    [Fact]
    public void There_is_no_limit_by_default() => Assert.Null(new SseDecoder().MaxEventBytes);

    private static void ReadInto(List<ServerSentEvent> seen, byte[] input, IEnumerable<int> sizes)
    {
        using var stream = new PieceStream(input, sizes);
        foreach (var found in new SseDecoder { MaxEventBytes = Limit }.Decode(stream))
        {
            seen.Add(found);
        }
    }

    private static string Text(int length) => new('x', length);
}
