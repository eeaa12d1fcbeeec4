namespace OpenAIStream;

/// <summary>
/// Joins the chunks of several streams, also where they come mixed: those that answer one request belong together. Where
/// the model was answered with the results of its tools, the last answer counts.
/// </summary>
internal sealed class StreamJoiner
{
    private readonly Dictionary<object, ChunkAccumulator> _joined = [];
    private readonly List<object> _order = [];

    /// <summary>Takes a chunk. Returns the wholes of streams that have ended meanwhile.</summary>
    /// <exception cref="ArgumentException">The chunk cannot be joined, with others or at all.</exception>
    public IReadOnlyList<ModelOutput> Add(StreamChunk chunk)
    {
        object key = chunk.Source ?? (object)this;
        if (_joined.TryGetValue(key, out var joined))
        {
            joined.Add(chunk);
            return [];
        }

        joined = ChunkAccumulator.For(chunk);
        joined.Add(chunk);
        if (chunk.Source?.Previous is StreamSource previous && _joined.Remove(previous))
        {
            _order.Remove(previous);
        }

        var ended = Take(static key => key is StreamSource { IsOver: true });
        _joined.Add(key, joined);
        _order.Add(key);
        return ended;
    }

    /// <summary>The wholes of all streams that are left.</summary>
    public IReadOnlyList<ModelOutput> Finish() => Take(static _ => true);

    private List<ModelOutput> Take(Predicate<object> isWanted)
    {
        var wholes = new List<ModelOutput>();
        foreach (object key in _order.FindAll(isWanted))
        {
            var whole = _joined[key].ToWhole();
            whole.Source = key as StreamSource;
            _joined.Remove(key);
            _order.Remove(key);
            wholes.Add(whole);
        }

        return wholes;
    }
}
