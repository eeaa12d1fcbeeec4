using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Streaming;

/// <summary>The memory of a chunk on its whole way, and on the first part of it, checked without a clock.</summary>
public class StreamAllocationTests
{
    private const int Warm = 50;
    private const int Counted = 2000;

    // Allocations that a stream makes once (buffers, the text it keeps) are divided among its chunks. 280 bytes for the
    // chunk, which ChunkAllocationTests checks separately, and what a stream keeps of its text for PartialText.
    private const int Budget = 280 + 16;

    private const string SmallBuffers = "A Debug build has buffers so small that each chunk takes many reads and a larger buffer for a while.";

    [Fact]
    public void A_chunk_costs_little_memory_from_bytes_to_its_text()
    {
        Assert.SkipWhen(SseParser.SmallBuffer < 1024, SmallBuffers);

        // The minimum of three: code that is not fully compiled yet allocates more, depending on the machine's load.
        long perChunk = Enumerable.Range(0, 3).Min(_ => BytesPerChunk());
        TestContext.Current.TestOutputHelper?.WriteLine($"{perChunk} bytes a chunk.");
        Assert.True(perChunk <= Budget, $"{perChunk} bytes a chunk");
    }

    private static long BytesPerChunk()
    {
        using var stream = Open(new MemoryStream(Chat(Warm + Counted)));
        int characters = 0;
        for (int i = 0; i < Warm; i++)
        {
            Assert.True(stream.MoveNext());
            characters += stream.Current.Text.Length;
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Counted; i++)
        {
            stream.MoveNext();
            characters += stream.Current.Text.Length;
        }

        Assert.True(characters > 0);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Counted;
    }

    [Fact]
    public void Framing_allocates_nothing()
    {
        Assert.SkipWhen(SseParser.SmallBuffer < 1024, SmallBuffers);
        byte[] chat = Chat(Counted);
        Assert.Equal(0, Enumerable.Range(0, 3).Min(_ => Framed(chat))); // a compiler in the background may allocate some
    }

    private static long Framed(byte[] chat)
    {
        var parser = new SseParser();
        int at = Feed(parser, chat, 0, chat.Length / 4); // the buffer has its size, the code is compiled
        long before = GC.GetAllocatedBytesForCurrentThread();
        Feed(parser, chat, at, chat.Length);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(Counted, parser.EventCount);
        return allocated;
    }

    private static int Feed(SseParser parser, byte[] bytes, int at, int end)
    {
        while (at < end)
        {
            var free = parser.FreeSpace();
            int count = Math.Min(free.Count, end - at);
            Buffer.BlockCopy(bytes, at, free.Array!, free.Offset, count);
            at += count;
            parser.Received(count);
            while (parser.TryRead(out _))
            {
            }
        }

        return at;
    }

    private static byte[] Chat(int count) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, count).Select(static i =>
        "data: {\"id\":\"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG\",\"object\":\"chat.completion.chunk\",\"created\":1741570283,\"model\":\"gpt-4o-2024-08-06\"," +
        "\"service_tier\":\"default\",\"system_fingerprint\":\"fp_fc9f1d7035\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" für" + (i % 10) +
        "\"},\"logprobs\":null,\"finish_reason\":null}],\"obfuscation\":\"q8Zt2LmX" + (i % 7) + "\"}\n\n")));

    private static SseStream<ChatCompletionChunk> Open(Stream bytes) => SseStream.Read<ChatCompletionChunk>(bytes);
}
