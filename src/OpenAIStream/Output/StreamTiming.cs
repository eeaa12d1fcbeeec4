namespace OpenAIStream;

/// <summary>How fast an answer came.</summary>
/// <param name="TimeToFirstChunk">From the request to the first chunk.</param>
/// <param name="Duration">From the request to the last chunk.</param>
/// <param name="ChunkCount">How many chunks there were; 1 for an answer that came whole.</param>
public sealed record StreamTiming(TimeSpan TimeToFirstChunk, TimeSpan Duration, int ChunkCount)
{
    /// <summary>Chunks in a second, from the first to the last; 0 when there was only one.</summary>
    public double ChunksPerSecond => ChunkCount > 1 && Duration > TimeToFirstChunk ? (ChunkCount - 1) / (Duration - TimeToFirstChunk).TotalSeconds : 0;

    /// <summary>In words.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Duration.TotalSeconds:0.0} s, first chunk after {TimeToFirstChunk.TotalSeconds:0.00} s, {ChunksPerSecond:0} chunks/s");
}
