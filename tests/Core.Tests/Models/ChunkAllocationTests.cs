using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Models;

public class ChunkAllocationTests
{
    private const int Budget = 280;
    private const int Rounds = 1000;

    /// <summary>Chunks as the service sends them, about 320 bytes, in which only the text is new.</summary>
    private static readonly byte[][] Chunks = [.. Enumerable.Range(0, 16).Select(i => Encoding.UTF8.GetBytes(
        "{\"id\":\"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG\",\"object\":\"chat.completion.chunk\",\"created\":1741570283,\"model\":\"gpt-4o-2024-08-06\"," +
        "\"service_tier\":\"default\",\"system_fingerprint\":\"fp_fc9f1d7035\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" token" + i +
        "\"},\"logprobs\":null,\"finish_reason\":null}],\"obfuscation\":\"q8Zt2LmX" + i + "\"}"))];

    [Fact]
    public void Reading_a_chunk_of_a_stream_and_its_text_costs_little_memory()
    {
        var reader = new JsonModelReader();
        ChatCompletionChunk? previous = null;
        int characters = Read(reader, ref previous, Chunks.Length);

        long before = GC.GetAllocatedBytesForCurrentThread();
        characters += Read(reader, ref previous, Rounds);
        long perChunk = (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;

        TestContext.Current.TestOutputHelper?.WriteLine($"{perChunk} bytes for a chunk of {Chunks[0].Length} bytes.");
        Assert.True(characters > 0);
        Assert.True(perChunk <= Budget, $"{perChunk} bytes for a chunk of {Chunks[0].Length} bytes");
    }

    [Fact]
    public void Each_payload_is_scanned_once_and_the_second_one_is_learned()
    {
        var reader = new JsonModelReader();
        ChatCompletionChunk? previous = null;
        Read(reader, ref previous, Rounds);

        Assert.Equal(Rounds + 1, reader.Passes);
        Assert.Equal(Rounds - 2, reader.Repeats);
    }

    private static int Read(JsonModelReader reader, ref ChatCompletionChunk? previous, int count)
    {
        int characters = 0;
        for (int i = 0; i < count; i++)
        {
            previous = (ChatCompletionChunk)reader.Read(Chunks[i % Chunks.Length], ChatCompletionChunk.Shape, previous)!;
            characters += previous.Text.Length;
        }

        return characters;
    }
}
