namespace OpenAIStream;

/// <summary>
/// The names of an object's fields, and the values that it shares with other objects of a stream. The object holds the
/// other values: the value itself if there is only one, otherwise an array of them. This object never changes.
/// </summary>
internal sealed class JsonFields
{
    public static readonly JsonFields None = new([]);

    private readonly JsonField[] _names;
    private readonly object?[] _shared;
    private readonly int[]? _places; // where an object holds the value of each field; -1 for a shared value; null if it holds all
    private readonly int _held;      // how many it holds
    private readonly JsonFields? _unshared;

    /// <summary>Names only; an object holds all values.</summary>
    public JsonFields(JsonField[] names)
    {
        _names = names;
        _shared = [];
        _held = names.Length;
        TypeAt = names.Length - 1;
        while (TypeAt >= 0 && !names[TypeAt].IsType)
        {
            TypeAt--;
        }
    }

    /// <summary>Shared values.</summary>
    /// <param name="fields">The names.</param>
    /// <param name="values">The values of all fields; those that are not held are shared.</param>
    /// <param name="held">The fields whose values an object holds, in that order.</param>
    public JsonFields(JsonFields fields, object?[] values, JsonLayout.Part[] held)
    {
        _names = fields._names;
        _shared = values;
        _held = held.Length;
        _unshared = fields.Unshared;
        TypeAt = fields.TypeAt;
        _places = new int[values.Length];
        for (int i = 0; i < _places.Length; i++)
        {
            _places[i] = -1;
        }

        for (int i = 0; i < held.Length; i++)
        {
            _places[held[i].Index] = i;
        }
    }

    public int Length => _names.Length;

    public JsonField this[int index] => _names[index];

    /// <summary>The index of the field that can decide which type the object becomes; -1 if there is none.</summary>
    public int TypeAt { get; }

    /// <summary>The same names, without shared values.</summary>
    public JsonFields Unshared => _unshared ?? this;

    public JsonField[] ToArray() => [.. _names];

    /// <summary>The same names and another one.</summary>
    public JsonFields With(string name) => new([.. _names, new JsonField(name)]);

    /// <summary>All values of an object, copied, with free space after them.</summary>
    public object?[] CopyValues(object? held, int space = 0)
    {
        object?[] values = new object?[_names.Length + space];
        if (_places is null && _held != 1 && held is object?[] all && all.Length == _names.Length)
        {
            Array.Copy(all, values, all.Length);
            return values;
        }

        for (int i = 0; i < _names.Length; i++)
        {
            values[i] = Value(i, held);
        }

        return values;
    }

    public int IndexOf(string name)
    {
        var names = _names;
        for (int i = 0; i < names.Length; i++)
        {
            if (names[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The value of a field.</summary>
    /// <param name="index">The index of the field.</param>
    /// <param name="held">What the object holds. While its owner changes it in another thread, that may belong to other fields.</param>
    public object? Value(int index, object? held)
    {
        int place = _places is null ? index : _places[index];
        return place < 0 ? _shared[index]
            : _held == 1 ? held
            : held is object?[] values && place < values.Length ? values[place]
            : null;
    }

    /// <summary>What an object holds that has these values and shares none.</summary>
    public static object? Hold(object?[] values) => values.Length == 1 ? values[0] : values;
}
