namespace OpenAIStream;

/// <summary>
/// Tells when the last chunk of a stream has passed. A stream that is read as it comes has ended when it is over. One whose
/// chunks were collected first was over all along, and may come mixed with others: its chunks are counted.
/// </summary>
internal sealed class PassedChunks
{
    private readonly Dictionary<StreamSource, int> _collected = [];
    private readonly HashSet<StreamSource> _known = [];

    /// <summary>Notes that a chunk, or a whole answer, passes.</summary>
    public void Note(StreamSource? source)
    {
        if (source is null)
        {
            return;
        }

        if (_known.Add(source) && source.IsOver)
        {
            _collected.Add(source, 0);
        }

        if (_collected.TryGetValue(source, out int count))
        {
            _collected[source] = count + 1;
        }
    }

    /// <summary>Whether a stream was over before its first chunk passed.</summary>
    public bool WasOver(StreamSource source) => _collected.ContainsKey(source);

    public bool HasEnded(StreamSource source) =>
        source.IsOver && (!_collected.TryGetValue(source, out int count) || count >= source.Timing?.ChunkCount);
}
