using Xunit;

namespace OpenAIStream.Tests.Streaming;

/// <summary>The stream that is read for practice while the network is waited for must never be what a call fails with.</summary>
public class RehearsalTests
{
    [Fact]
    public void Every_kind_of_chunk_reads_it_to_its_end()
    {
        Assert.Equal(3, Count(Decoders.For<Completion>()));
        Assert.Equal(3, Count(Decoders.For<ChatCompletionChunk>()));
        Assert.Equal(3, Count(Decoders.For<AssistantEvent>()));
        Assert.Equal(3, Count(Decoders.For<ImageEvent>()));
        Assert.Equal(3, Count(Decoders.For<SpeechEvent>()));
        Assert.Equal(3, Count(Decoders.For<TranscriptionEvent>()));
        Assert.Equal(3, Count(new ResponseDecoder<ResponseEvent>(ResponseEventTypes.Shape)));
    }

    private static int Count<T>(ChunkDecoder<T> decoder) where T : class
    {
        using var stream = CannedStream.Open(decoder);
        int count = 0;
        while (stream.MoveNext())
        {
            count++;
        }

        Assert.True(stream.IsComplete);
        return count;
    }
}
