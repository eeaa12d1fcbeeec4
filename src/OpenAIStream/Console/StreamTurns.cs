namespace OpenAIStream;

/// <summary>Shows one stream at a time if several are mixed: the first is shown as it arrives, the others wait until it is over.</summary>
internal sealed class StreamTurns
{
    private readonly List<KeyValuePair<object, List<ModelOutput>>> _waiting = [];
    private readonly HashSet<object> _saved = []; // streams that were over before their first chunk arrived here: it is not known which chunk is their last
    private readonly HashSet<object> _known = [];
    private object? _current;

    /// <summary>The chunks to show now.</summary>
    public IEnumerable<ModelOutput> Add(ModelOutput chunk)
    {
        object source = Source(chunk);
        if (_known.Add(source) && source is StreamSource { IsOver: true, IsOnePiece: false })
        {
            _saved.Add(source);
        }

        foreach (var ready in EndTurn())
        {
            yield return ready;
        }

        _current ??= source;
        if (_current == source)
        {
            yield return chunk;
            yield break;
        }

        int at = _waiting.FindIndex(one => one.Key == source);
        if (at < 0)
        {
            at = _waiting.Count;
            _waiting.Add(new(source, []));
        }

        _waiting[at].Value.Add(chunk);
    }

    /// <summary>The chunks that are left.</summary>
    public IEnumerable<ModelOutput> Finish() => _waiting.SelectMany(static one => one.Value);

    /// <summary>What the chunks of one stream have in common; all chunks with an unknown request are one stream.</summary>
    public static object Source(ModelOutput chunk) => StreamSource.Of(chunk) ?? (object)typeof(StreamTurns);

    private IEnumerable<ModelOutput> EndTurn()
    {
        while (_current is StreamSource { IsOver: true } && !_saved.Contains(_current))
        {
            _current = null;
            if (_waiting.Count > 0)
            {
                var next = _waiting[0];
                _waiting.RemoveAt(0);
                _current = next.Key;
                foreach (var chunk in next.Value)
                {
                    yield return chunk;
                }
            }
        }
    }
}
