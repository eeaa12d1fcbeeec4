namespace OpenAIStream;

/// <summary>
/// Reads JSON into models. Objects of a stream are nearly alike: where one is laid out as some before it were, it is read by
/// holding it against their <see cref="JsonLayout"/>; anything else is left to <see cref="JsonTokenReader"/>, which takes
/// several times as long (docs/performance.md), and is learned from.
/// </summary>
internal sealed class JsonModelReader
{
    /// <summary>How deep JSON may be nested, read or made from dictionaries and lists.</summary>
    public const int MaxDepth = 256;

    private const int MostKinds = 6;
    private const int LongestLayout = 8 * 1024; // what is larger is rare, and mostly told once
    private const int FewMisfits = 6;

    private readonly JsonTokenReader _tokens = new();
    private readonly List<Kind> _kinds = []; // of objects that came, the latest first
    private int _misfits; // objects in a row that were like one before, but for lists of another length and the like

    /// <inheritdoc cref="JsonTokenReader.Check"/>
    public Action? Check { get => _tokens.Check; set => _tokens.Check = value; }

    /// <summary>How often a payload has been gone through; tests hold it against the number of payloads.</summary>
    internal long Passes { get; private set; }

    /// <summary>How many payloads were read by a layout.</summary>
    internal long Repeats { get; private set; }

    /// <inheritdoc cref="JsonTokenReader.Read"/>
    public object? Read(ReadOnlySpan<byte> json, JsonShape shape, object? earlier = null, EventBytes? own = null)
    {
        Passes++;
        if (json.Length > LongestLayout)
        {
            return _tokens.Read(json, shape, earlier, own);
        }

        for (int i = 0; i < _kinds.Count; i++)
        {
            var kind = _kinds[i];
            if (kind.Layout is not null && kind.Shape == shape && kind.Layout.TryRead(json, _tokens) is JsonModel model)
            {
                Repeats++;
                _misfits = 0;
                ToFront(i);
                return model;
            }
        }

        return Learn(json, shape, earlier);
    }

    private object? Learn(ReadOnlySpan<byte> json, JsonShape shape, object? earlier)
    {
        int like = MostAlike(json, shape);
        var kind = like < 0 ? null : _kinds[like];
        object? value = _tokens.Read(json, shape, kind?.Last ?? earlier);
        if (value is not JsonModel model)
        {
            return value;
        }

        byte[] copy = json.ToArray();
        if (kind is not null && ReferenceEquals(model.Fields, kind.Last.Fields))
        {
            Passes++;
            var layout = JsonLayout.Of(copy, shape, model, kind.Last, kind.Layout, out bool isMisfit);
            _misfits = isMisfit ? _misfits + 1 : 0;
            if (!isMisfit || _misfits > FewMisfits)
            {
                (kind.Json, kind.Last, kind.Layout) = (copy, model, layout);
                ToFront(like);
                return model;
            }
        }

        if (_kinds.Count == MostKinds)
        {
            _kinds.RemoveAt(MostKinds - 1);
        }

        _kinds.Insert(0, new Kind(shape, copy, model));
        return model;
    }

    /// <summary>The kind whose object has the longest beginning in common with this one; -1 without any.</summary>
    private int MostAlike(ReadOnlySpan<byte> json, JsonShape shape)
    {
        int most = -1;
        int longest = -1;
        for (int i = 0; i < _kinds.Count; i++)
        {
            byte[] other = _kinds[i].Json;
            int length = 0;
            while (length < json.Length && length < other.Length && json[length] == other[length])
            {
                length++;
            }

            if (length > longest && _kinds[i].Shape == shape)
            {
                (most, longest) = (i, length);
            }
        }

        return most;
    }

    private void ToFront(int index)
    {
        if (index > 0)
        {
            var kind = _kinds[index];
            _kinds.RemoveAt(index);
            _kinds.Insert(0, kind);
        }
    }

    /// <summary>Objects that came, and are much alike.</summary>
    private sealed class Kind(JsonShape shape, byte[] json, JsonModel last)
    {
        public JsonShape Shape => shape;

        /// <summary>The last one that was read token by token. Its owner may have changed it since.</summary>
        public JsonModel Last { get; set; } = last;

        public byte[] Json { get; set; } = json;

        /// <summary>What they have in common; null as long as there was only one.</summary>
        public JsonLayout? Layout { get; set; }
    }
}
