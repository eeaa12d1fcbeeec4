using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Sse;

/// <summary>Events from pushed bytes: the same as from a stream, however the pieces are cut.</summary>
public class SseReaderTests
{
    [Fact]
    public void An_event_s_data_is_read_as_JSON()
    {
        Assert.Equal(1, new ServerSentEvent(null, """{"a":1}""").Json().GetProperty("a").GetInt32());
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => new ServerSentEvent().Json());
    }

    private static readonly byte[] Stream = Encoding.UTF8.GetBytes(
        "\uFEFFretry: 20\n\nid: 1\nevent: a\ndata: one\ndata: zwei ü\n\n: comment\r\n\r\ndata: three\r\rid\nretry: x\ndata\n\ndata: never ended");

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Pieces_of_any_size_give_the_same_events_as_a_decoder(int size)
    {
        using var bytes = new MemoryStream(Stream);
        var expected = new SseDecoder().Decode(bytes).ToArray();
        Assert.Equal(3, expected.Length);
        var reader = new SseReader();
        var found = new List<ServerSentEvent>();
        foreach (byte[] piece in Stream.Chunk(size))
        {
            reader.Write(piece);
            while (reader.TryRead(out var one))
            {
                found.Add(one);
            }
        }

        Assert.Equal(expected, found);
    }

    [Fact]
    public void Events_that_were_not_taken_are_kept()
    {
        var reader = new SseReader();
        byte[] one = "data: x\n\n"u8.ToArray();
        for (int i = 0; i < 5000; i++)
        {
            reader.Write(one);
        }

        int count = 0;
        while (reader.TryRead(out _))
        {
            count++;
        }

        Assert.Equal(5000, count);
    }

    [Fact]
    public void The_limit_is_enforced()
    {
        var reader = new SseReader(maxEventBytes: 3);
        reader.Write("data: abc\n\ndata: abcd\n\n"u8);
        Assert.True(reader.TryRead(out _));
        Assert.Throws<EventTooLargeException>(() => reader.TryRead(out _));
    }
}
