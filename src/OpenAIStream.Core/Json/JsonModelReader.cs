namespace OpenAIStream;

/// <summary>
/// Reads JSON into models. The objects of a stream are nearly alike: an object with the layout of earlier ones is read by
/// comparing it with their <see cref="JsonLayout"/>. Other objects are read by <see cref="JsonTokenReader"/>, which takes
/// several times as long (docs/performance.md), and the layout is learned from them.
/// </summary>
internal sealed class JsonModelReader
{
    /// <summary>The maximum depth of JSON, read or created from dictionaries and lists.</summary>
    public const int MaxDepth = 256;

    private const int MostKinds = 6;
    private const int LongestLayout = 8 * 1024; // larger objects are rare, and mostly sent once
    private const int FewMisfits = 6;

    private readonly JsonTokenReader _tokens = new();
    private readonly List<Kind> _kinds = []; // the kinds of received objects, the latest first
    private int _misfits; // consecutive objects that resembled an earlier one, except for lists of another length and the like

    /// <inheritdoc cref="JsonTokenReader.Check"/>
    public Action? Check { get => _tokens.Check; set => _tokens.Check = value; }

    /// <summary>The number of passes over payloads, which tests compare with the number of payloads.</summary>
    internal long Passes { get; private set; }

    /// <summary>The number of payloads that were read by a layout.</summary>
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

    /// <summary>The kind whose object has the longest beginning in common with this one; -1 if there is none.</summary>
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

    /// <summary>Objects that were received and are much alike.</summary>
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
