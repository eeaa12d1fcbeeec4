namespace OpenAIStream.Tests.Streaming;

/// <summary>Reads a stream step by step: the one place that knows how.</summary>
internal static class Reading
{
    /// <summary>The chunks until the stream ends or throws.</summary>
    public static async Task<Read<T>> ReadAsync<T>(this SseStream<T> stream) where T : class
    {
        var chunks = new List<T>();
        try
        {
            while (await stream.MoveNextAsync())
            {
                chunks.Add(stream.Current);
            }
        }
        catch (Exception exception)
        {
            return new(chunks, exception);
        }

        return new(chunks, null);
    }

    /// <summary>What a stream gave, and what it threw.</summary>
    public sealed record Read<T>(IReadOnlyList<T> Chunks, Exception? Error);
}
