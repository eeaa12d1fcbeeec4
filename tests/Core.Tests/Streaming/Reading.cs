namespace OpenAIStream.Tests.Streaming;

/// <summary>Reads a stream step by step: all tests use this code.</summary>
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

    /// <summary>The chunks of a stream, and its exception.</summary>
    public sealed record Read<T>(IReadOnlyList<T> Chunks, Exception? Error);
}
