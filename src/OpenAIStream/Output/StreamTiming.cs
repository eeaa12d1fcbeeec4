namespace OpenAIStream;

/// <summary>How fast an answer arrived.</summary>
/// <param name="TimeToFirstChunk">The time from the request to the first chunk.</param>
/// <param name="Duration">The time from the request to the last chunk.</param>
/// <param name="ChunkCount">The number of chunks; 1 for an answer in one piece.</param>
public sealed record StreamTiming(TimeSpan TimeToFirstChunk, TimeSpan Duration, int ChunkCount)
{
    /// <summary>The chunks per second, from the first to the last; 0 if there was only one.</summary>
    public double ChunksPerSecond => ChunkCount > 1 && Duration > TimeToFirstChunk ? (ChunkCount - 1) / (Duration - TimeToFirstChunk).TotalSeconds : 0;

    /// <summary>The timing as text.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Duration.TotalSeconds:0.0} s, first chunk after {TimeToFirstChunk.TotalSeconds:0.00} s, {ChunksPerSecond:0} chunks/s");
}
