namespace OpenAIStream;

/// <summary>
/// Joins the chunks of several streams that come mixed into the whole answer of each. A key tells which stream a chunk
/// belongs to; by default that is the chunk's tag (<see cref="ModelOutput.SetTag"/>), and chunks without one are one stream.
/// </summary>
public sealed class StreamJoiner
{
    private static readonly object NoKey = new();

    private readonly Func<StreamChunk, object?> _keyOf;
    private readonly Dictionary<object, ChunkAccumulator> _joined = [];
    private readonly Dictionary<object, object?> _tags = [];
    private readonly List<object> _order = [];

    /// <summary>A joiner that tells streams apart by their chunks' tags.</summary>
    public StreamJoiner() : this(static chunk => chunk.GetTag())
    {
    }

    /// <summary>A joiner that tells streams apart by a key of the caller's choice.</summary>
    /// <param name="keyOf">The key of the stream that a chunk belongs to.</param>
    public StreamJoiner(Func<StreamChunk, object?> keyOf)
    {
        Guard.NotNull(keyOf, nameof(keyOf));
        _keyOf = keyOf;
    }

    /// <summary>Joins one more chunk. True when it is the first of its stream.</summary>
    /// <exception cref="ArgumentException">The chunk is of another type than those before it in its stream.</exception>
    public bool Add(StreamChunk chunk)
    {
        Guard.NotNull(chunk, nameof(chunk));
        object key = _keyOf(chunk) ?? NoKey;
        if (_joined.TryGetValue(key, out var joined))
        {
            joined.Add(chunk);
            return false;
        }

        joined = ChunkAccumulator.For(chunk);
        joined.Add(chunk);
        _joined.Add(key, joined);
        _tags.Add(key, chunk.GetTag());
        _order.Add(key);
        return true;
    }

    /// <summary>Discards a stream. False when none of its chunks has come, or it has been taken.</summary>
    public bool Remove(object? key)
    {
        key ??= NoKey;
        _tags.Remove(key);
        return _joined.Remove(key) && _order.Remove(key);
    }

    /// <summary>
    /// Takes the wholes of the streams that have ended, in the order in which the streams began. Each has the tag that its
    /// stream's first chunk had.
    /// </summary>
    /// <param name="hasEnded">Whether the stream of a key has ended.</param>
    public IReadOnlyList<ModelOutput> Take(Func<object?, bool> hasEnded)
    {
        Guard.NotNull(hasEnded, nameof(hasEnded));
        var wholes = new List<ModelOutput>();
        foreach (object key in _order.FindAll(key => hasEnded(key == NoKey ? null : key)))
        {
            var whole = _joined[key].ToWhole();
            whole.SetTag(_tags[key]);
            Remove(key);
            wholes.Add(whole);
        }

        return wholes;
    }

    /// <summary>Takes the wholes of all streams.</summary>
    public IReadOnlyList<ModelOutput> Finish() => Take(static _ => true);
}
