using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Sse;

public class DeliveryTests
{
    public static TheoryData<string> FinishedEvents =>
    [
        "data: a\n\n", "data: a\r\r", "data: a\r\n\r\n", "data: a\n\r", "data: a\r\n\r", "data: a\r\n\n", "data: a\n\r\n", "data: a\r\r\n",
        "\uFEFFdata: a\r\r", "data: 0\r\rdata: a\r\r", "event: e\rid: 1\r\rdata: a\r\r", ": comment\r\rdata: a\r\r",
    ];

    [Theory]
    [MemberData(nameof(FinishedEvents))]
    public void An_event_is_returned_before_the_connection_delivers_more(string text)
    {
        using var stream = new PieceStream(Encoding.UTF8.GetBytes(text), [], open: true);
        var last = new SseDecoder().Decode(stream).Take(StandardDecoder.Ends(Encoding.UTF8.GetBytes(text)).Count).Last();
        Assert.Equal("a", last.Data);
    }

    [Theory]
    [MemberData(nameof(FinishedEvents))]
    public async Task An_event_is_returned_before_the_connection_delivers_more_without_blocking(string text)
    {
        var stop = TestContext.Current.CancellationToken;
        using var stream = new PieceStream(Encoding.UTF8.GetBytes(text), Feed.ByteByByte, open: true);
        await using var events = new SseDecoder().DecodeAsync(stream, stop).GetAsyncEnumerator(stop);
        do
        {
            var moved = events.MoveNextAsync();
            Assert.True(moved.IsCompleted, $"all of {Feed.Show(Encoding.UTF8.GetBytes(text))} has arrived, yet the decoder waits");
            Assert.True(await moved);
        }
        while (events.Current.Data != "a");
    }

    [Fact]
    public async Task A_wait_for_the_next_event_ends_when_it_is_canceled()
    {
        using var stop = new CancellationTokenSource();
        using var stream = new PieceStream("data: a\n\n"u8.ToArray(), [], open: true);
        await using var events = new SseDecoder().DecodeAsync(stream, stop.Token).GetAsyncEnumerator(CancellationToken.None);
        Assert.True(await events.MoveNextAsync());

        var waiting = events.MoveNextAsync();
        Assert.False(waiting.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
    }

    [Fact]
    public async Task After_a_cancellation_no_event_is_returned_even_if_it_was_received()
    {
        using var stop = new CancellationTokenSource();
        using var stream = new PieceStream("data\n\ndata\n\ndata\n\n"u8.ToArray(), [], open: true);
        int count = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in new SseDecoder().DecodeAsync(stream, TestContext.Current.CancellationToken).WithCancellation(stop.Token))
            {
                count++;
                await stop.CancelAsync();
            }
        });
        Assert.Equal(1, count);
    }

    [Fact]
    public void An_exception_from_the_stream_follows_the_events_before_it()
    {
        using var stream = new PieceStream("data: a\n\ndata: b"u8.ToArray(), [], open: true);
        var seen = new List<string>();
        var thrown = Assert.Throws<InvalidOperationException>(() =>
        {
            foreach (var found in new SseDecoder().Decode(stream))
            {
                seen.Add(found.Data);
            }
        });
        Assert.Contains("waits for more bytes", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(["a"], seen);
    }

    [Fact]
    public void The_stream_stays_open_and_is_read_only_on_demand()
    {
        using var stream = new PieceStream("data: a\n\ndata: b\n\n"u8.ToArray(), [9, 9]);
        var events = new SseDecoder().Decode(stream);
        Assert.Equal(0, stream.BytesGiven);
        Assert.Equal("a", events.First().Data);
        Assert.Equal(9, stream.BytesGiven);
        Assert.False(stream.IsDisposed);
    }

    [Fact]
    public void A_decoder_can_read_many_streams_and_keeps_nothing_between_them()
    {
        var decoder = new SseDecoder();
        using var first = new MemoryStream("event: e\nid: 1\nretry: 5\ndata: a"u8.ToArray());
        using var second = new MemoryStream("data: b\n\n"u8.ToArray());
        Assert.Empty(decoder.Decode(first));
        Assert.Equal([new ServerSentEvent(null, "b")], decoder.Decode(second));
    }

    [Fact]
    public void Lines_that_the_standard_ignores_are_ignored()
    {
        using var stream = new MemoryStream("error: x\n{\"error\":1}\n\ndata: a\n\n"u8.ToArray());
        Assert.Equal(["a"], new SseDecoder().Decode(stream).Select(found => found.Data));
    }

    [Fact]
    public void An_event_without_fields_is_empty() => Assert.Equal(new ServerSentEvent(null, "", null, null), new ServerSentEvent());

    [Fact]
    public void A_stream_must_be_given()
    {
        Assert.Equal("stream", Assert.Throws<ArgumentNullException>(() => { new SseDecoder().Decode(null!); }).ParamName);
        Assert.Equal("stream", Assert.Throws<ArgumentNullException>(() => { new SseDecoder().DecodeAsync(null!, TestContext.Current.CancellationToken); }).ParamName);
    }
}
