using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Sse;

/// <summary>The parser's counters show that time and memory stay linear, without a clock.</summary>
public class LinearityTests
{
    private const int Big = 64 * 1024 * 1024 + 1;

    [Theory]
    [InlineData(1)]
    [InlineData(1460)]
    [InlineData(65536)]
    public void One_event_of_64_MiB_is_scanned_once_and_copied_once(int pieceSize)
    {
        var parser = new SseParser();
        long dataLength = -1;
        Send(parser, Line("data: ", Big, "\n\n"), pieceSize, data => dataLength = data);

        Assert.Equal(Big, dataLength);
        AssertLinear(parser);
        Assert.True(parser.BytesCopied >= Big / 2, $"{parser.BytesCopied} bytes copied: it was put together"); // the counting itself
        Assert.True(parser.BytesCopied <= Big * 5L / 4, $"{parser.BytesCopied} bytes copied for an event of {Big}");
        Assert.Equal(SseParser.SmallBuffer, parser.BufferSize);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1460)]
    public void Data_of_very_many_lines_is_joined_in_linear_time(int pieceSize)
    {
        const int Lines = 100_000;
        var parser = new SseParser();
        long dataLength = -1;
        Send(parser, Repeat("data: 0123456789\r\n: comment\r\n", Lines / 1000).Append("\r\n"u8.ToArray()), pieceSize, data => dataLength = data);

        Assert.Equal(Lines * 11 - 1, dataLength);
        AssertLinear(parser);
    }

    [Theory]
    [InlineData("data: a\n:")]
    [InlineData("data: a\nunknown: ")]
    [InlineData("data: a\nno field at all ")]
    public void A_line_that_is_ignored_and_never_ends_takes_no_memory(string begin)
    {
        var parser = new SseParser();
        long dataLength = -1;
        int largest = 0;
        Send(parser, Line(begin, 4 * 1024 * 1024, "\n\n"), 1460, data => dataLength = data, () => largest = Math.Max(largest, parser.BufferSize));

        Assert.Equal(1, dataLength);
        Assert.InRange(largest, 0, 4 * SseParser.SmallBuffer);
        AssertLinear(parser);
    }

    [Fact]
    public void Comments_within_an_event_are_not_kept_until_it_ends()
    {
        var parser = new SseParser();
        int largest = 0;
        Send(parser, Repeat(": keep-alive\n", 100).Prepend("data: a\n"u8.ToArray()).Append("\n"u8.ToArray()), 1460, _ => { }, () => largest = Math.Max(largest, parser.BufferSize));

        Assert.Equal(1, parser.EventCount);
        Assert.InRange(largest, 0, 4 * SseParser.SmallBuffer);
        AssertLinear(parser);
    }

    [Fact]
    public void Memory_is_returned_after_a_big_event_even_if_the_next_has_started()
    {
        var parser = new SseParser();
        Send(parser, Line("event: ", 1024 * 1024, "\n").Concat(Line("data: ", 1024 * 1024, "\n\ndata: a")), 65536, _ => { });

        Assert.Equal(SseParser.SmallBuffer, parser.BufferSize);
        Assert.InRange(parser.EventNameBufferSize, 0, 64);
    }

    [Fact]
    public void Small_events_that_arrive_one_by_one_are_not_copied()
    {
        var parser = new SseParser();
        for (int i = 0; i < 1000; i++)
        {
            Send(parser, ["data:abc\n\n"u8.ToArray()], 10, _ => { });
        }

        Assert.Equal(1000, parser.EventCount);
        Assert.Equal(0, parser.BytesCopied);
    }

    [Theory]
    [InlineData("data: a\n\n", 9, 0)]
    [InlineData(": comment\n\ndata: a\r\n\r\n", 20, 0)] // an LF after its CR is not scanned
    [InlineData("id: 1\nretry: 5\ndata: a\r\r", 24, 0)]
    [InlineData("event: ping\ndata: a\n\n", 21, 4)]
    [InlineData("event: ping\nevent: pong!\n\n", 26, 9)]
    [InlineData("data: a\ndata: bc\ndata\n\n", 23, 2)]
    [InlineData("event: x\ndata: abc\ndata: defg\n\ndata: a\ndata: hi\n\n", 49, 7)]
    public void Each_byte_is_scanned_once_and_copied_once(string stream, int scanned, int copied)
    {
        Assert.SkipWhen(stream.Length > SseParser.SmallBuffer, "A Debug build's buffer is smaller than the stream, and copies to make room.");
        var parser = new SseParser();
        Send(parser, [Encoding.ASCII.GetBytes(stream)], stream.Length, _ => { });

        Assert.Equal((stream.Length, scanned, copied), (parser.BytesReceived, parser.BytesScanned, parser.BytesCopied));
    }

    [Fact]
    public void An_event_of_2_GiB_is_refused_with_a_clear_error_and_nothing_overflows()
    {
        Assert.SkipUnless(LongRun.Is, "takes 3 GiB of memory; OPENAISTREAM_LONG=1 runs it");
        var parser = new SseParser();
        var thrown = Assert.Throws<EventTooLargeException>(() => Send(parser, Line("data: a\n\ndata: ", int.MaxValue, "\n\n"), 65536, _ => { }));
        Assert.Equal(1, thrown.EventIndex);
        Assert.InRange(parser.BytesReceived, int.MaxValue - 65536, int.MaxValue);
    }

    private static void AssertLinear(SseParser parser)
    {
        Assert.InRange(parser.BytesScanned, parser.BytesReceived * 9 / 10, parser.BytesReceived); // an LF after its CR is not scanned
        Assert.True(parser.BytesCopied <= 3 * parser.BytesReceived, $"{parser.BytesCopied} bytes copied for {parser.BytesReceived} received");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"received {parser.BytesReceived}, scanned {parser.BytesScanned}, copied {parser.BytesCopied} ({(double)parser.BytesCopied / parser.BytesReceived:0.00})");
    }

    /// <summary>A line of this length, in parts, so that it never exists as a whole.</summary>
    private static IEnumerable<byte[]> Line(string begin, int length, string end)
    {
        byte[] part = Encoding.ASCII.GetBytes(new string('x', 65536));
        return [Encoding.ASCII.GetBytes(begin), .. Enumerable.Repeat(part, length / part.Length), part[..(length % part.Length)], Encoding.ASCII.GetBytes(end)];
    }

    private static IEnumerable<byte[]> Repeat(string text, int thousands) =>
        Enumerable.Repeat(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, 1000))), thousands);

    private static void Send(SseParser parser, IEnumerable<byte[]> parts, int pieceSize, Action<int> found, Action? received = null)
    {
        foreach (byte[] part in parts)
        {
            for (int start = 0; start < part.Length; start += pieceSize)
            {
                Send(parser, part.AsSpan(start, Math.Min(pieceSize, part.Length - start)), found);
                received?.Invoke();
            }
        }

        parser.FreeSpace();
    }

    private static void Send(SseParser parser, ReadOnlySpan<byte> piece, Action<int> found)
    {
        while (!piece.IsEmpty)
        {
            var free = parser.FreeSpace();
            int count = Math.Min(free.Count, piece.Length);
            piece.Slice(0, count).CopyTo(free);
            piece = piece.Slice(count);
            parser.Received(count);
            while (parser.TryRead(out var frame))
            {
                found(frame.Data.Length);
            }
        }
    }
}
