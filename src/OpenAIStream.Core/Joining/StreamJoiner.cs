namespace OpenAIStream;

/// <summary>
/// Joins the mixed chunks of several streams into the whole answer of each. A key identifies the stream of a chunk; by
/// default it is the tag of the chunk (<see cref="ModelOutput.SetTag"/>), and chunks without a tag are one stream.
/// </summary>
public sealed class StreamJoiner
{
    private static readonly object NoKey = new();

    private readonly Func<StreamChunk, object?> _keyOf;
    private readonly Dictionary<object, ChunkAccumulator> _joined = [];
    private readonly Dictionary<object, object?> _tags = [];
    private readonly List<object> _order = [];

    /// <summary>Creates a joiner that distinguishes streams by the tags of their chunks.</summary>
    public StreamJoiner() : this(static chunk => chunk.GetTag())
    {
    }

    /// <summary>Creates a joiner that distinguishes streams by a key of your choice.</summary>
    /// <param name="keyOf">Returns the key of the stream that a chunk belongs to.</param>
    public StreamJoiner(Func<StreamChunk, object?> keyOf)
    {
        Guard.NotNull(keyOf, nameof(keyOf));
        _keyOf = keyOf;
    }

    /// <summary>Joins one more chunk. Returns true if it is the first of its stream.</summary>
    /// <exception cref="ArgumentException">The chunk has another type than earlier chunks of its stream.</exception>
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

    /// <summary>Discards a stream. Returns false if none of its chunks has arrived, or if it has been taken.</summary>
    public bool Remove(object? key)
    {
        key ??= NoKey;
        _tags.Remove(key);
        return _joined.Remove(key) && _order.Remove(key);
    }

    /// <summary>
    /// Takes the answers of the streams that have ended, in the order in which the streams began. Each answer has the tag
    /// of the first chunk of its stream.
    /// </summary>
    /// <param name="hasEnded">Returns whether the stream with a key has ended.</param>
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

    /// <summary>Takes the answers of all streams.</summary>
    public IReadOnlyList<ModelOutput> Finish() => Take(static _ => true);
}
