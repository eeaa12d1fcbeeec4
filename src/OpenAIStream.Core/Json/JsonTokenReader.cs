using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>Reads any JSON into models, token by token; the previous object, if there is one, supplies names and repeated values.</summary>
internal sealed class JsonTokenReader
{
    // Names are compared with those before them only up to here, so an object with a million fields takes linear time.
    private const int ComparedFields = 256;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = JsonModelReader.MaxDepth };

    // Further values of a list are set aside, so that what is being read, and its memory, stays small.
    private const int ListBlock = 8192;

    private const int ValuesBetweenChecks = 4096;

    // Fields and values of the objects being read, the innermost on top; each object takes its part when it ends.
    private JsonField[] _fields = new JsonField[32];
    private object?[] _values = new object?[32];
    private int _top;
    private int _unchecked = ValuesBetweenChecks;
    private EventBytes? _own; // the bytes being read, if they may be kept

    /// <summary>Called every few thousand values. It throws if nobody waits for them any longer.</summary>
    public Action? Check { get; set; }

    /// <summary>Reads one JSON value. Objects get the type of the shape, or of the field of the shape that contains them.</summary>
    /// <param name="json">The bytes.</param>
    /// <param name="shape">The type of the value if it is an object.</param>
    /// <param name="earlier">The value that was read before.</param>
    /// <param name="own">The same bytes, if they may be kept.</param>
    /// <exception cref="JsonException">The bytes are not one JSON value.</exception>
    public object? Read(ReadOnlySpan<byte> json, JsonShape shape, object? earlier, EventBytes? own = null)
    {
        _top = 0;
        _own = own;
        var reader = new Utf8JsonReader(json, Options);
        reader.Read();
        object? value = ReadValue(ref reader, shape, earlier);
        reader.Read(); // throws if anything follows the value
        _own = null;
        return value;
    }

    /// <summary>Reads the object or the list that begins at a position in JSON; returns false if there is none.</summary>
    public bool TryReadPart(ReadOnlySpan<byte> json, ref int at, JsonLayout.Part part, object? earlier, out object? value)
    {
        value = null;
        _top = 0;
        try
        {
            var reader = new Utf8JsonReader(json.Slice(at), new JsonReaderOptions { MaxDepth = JsonModelReader.MaxDepth - part.Depth });
            reader.Read();
            value = ReadValue(ref reader, part.Shape, earlier);
            at += (int)reader.BytesConsumed;
            return true;
        }
        catch (JsonException)
        {
            return false; // reading the whole will report what is wrong, and where
        }
    }

    public static T Parse<T>(string json) where T : JsonModel, new() =>
        new JsonTokenReader().Read(Encoding.UTF8.GetBytes(json), new T().Family ?? JsonShape.Of<T>(), null) switch
        {
            T model => model,
            JsonModel => (T)JsonTyping.Create(new T(), ParseObject(json, typeof(T))),
            _ => throw NoObject(typeof(T)),
        };

    /// <summary>Reads a JSON object without types.</summary>
    /// <param name="json">The text.</param>
    /// <param name="type">The type that it will become, for the error message.</param>
    public static JsonMap ParseObject(string json, Type type) => ParseValue(json) as JsonMap ?? throw NoObject(type);

    public static object? ParseValue(string json) => new JsonTokenReader().Read(Encoding.UTF8.GetBytes(json), JsonMap.Shape, null);

    /// <summary>Reads the first of possibly several values, or a value followed by text.</summary>
    public static object? ParseFirst(string json, JsonShape? shape = null)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, new JsonReaderState(Options));
        if (!reader.Read() || !reader.TrySkip())
        {
            return ParseValue(json); // a number that ends with the text, or the error that says what is wrong
        }

        return new JsonTokenReader().Read(bytes.AsSpan(0, (int)reader.BytesConsumed), shape ?? JsonMap.Shape, null);
    }

    /// <summary>Reads a string or a number that takes up all of the bytes.</summary>
    public static bool TryReadScalar(ReadOnlySpan<byte> json, object? earlier, out object? value)
    {
        value = null;
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            value = reader.TokenType switch
            {
                JsonTokenType.String => JsonText.Read(ref reader, earlier as string),
                JsonTokenType.Number => JsonNumber.Read(ref reader, earlier),
                _ => null,
            };
            return value is not null && reader.BytesConsumed == json.Length;
        }
        catch (JsonException)
        {
            return false; // reading the whole will report what is wrong, and where
        }
    }

    private static JsonException NoObject(Type type) => new($"A {type.Name} must be a JSON object; this is another JSON value.");

    private object? ReadValue(ref Utf8JsonReader reader, JsonShape? shape, object? earlier)
    {
        if (--_unchecked == 0)
        {
            _unchecked = ValuesBetweenChecks;
            Check?.Invoke();
        }

        return reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadModel(ref reader, shape ?? JsonMap.Shape, earlier as JsonModel),
            JsonTokenType.StartArray => ReadArray(ref reader, shape, earlier as object?[]),
            JsonTokenType.String => JsonText.Read(ref reader, earlier as string),
            JsonTokenType.Number => JsonNumber.Read(ref reader, earlier),
            JsonTokenType.True => JsonValue.Box(true),
            JsonTokenType.False => JsonValue.Box(false),
            _ => null,
        };
    }

    private JsonModel ReadModel(ref Utf8JsonReader reader, JsonShape shape, JsonModel? earlier)
    {
        int start = _top;
        var earlierFields = earlier is null ? JsonFields.None : earlier.Fields;
        object? earlierHeld = earlier?.Held;
        shape = shape.Resolve(reader, earlier);
        bool alike = earlier is not null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int position = _top - start;
            bool isNext = alike && position < earlierFields.Length && earlierFields[position].Matches(ref reader);
            var field = isNext ? earlierFields[position] : JsonField.At(ref reader);
            int match = isNext ? position : Find(field, earlierFields);
            alike = isNext;
            int slot = alike ? _top : SlotOf(field, start);
            if (slot == _top)
            {
                Push(field);
            }

            reader.Read();
            bool nested = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            object? before = match < 0 ? null : earlierFields.Value(match, earlierHeld);
            object? value = (field.IsType ? null : LongText(ref reader, before)) ?? ReadValue(ref reader, nested ? shape.Child(field.Name) : null, before);
            _values[slot] = value; // not in one statement: reading may have created a larger array
        }

        if (_top - start > ComparedFields)
        {
            MergeDuplicates(start);
        }

        int count = _top - start;
        var model = shape.Create();
        model.Attach(
            alike && count == earlierFields.Length ? earlierFields.Unshared : new JsonFields(_fields.AsSpan(start, count).ToArray()),
            _values.AsSpan(start, count).ToArray());
        Pop(start);
        return model;
    }

    private object? LongText(ref Utf8JsonReader reader, object? earlier) => reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped
        ? JsonLongText.From(reader.ValueSpan, earlier, _own, (int)reader.TokenStartIndex + 1)
        : null;

    private object?[] ReadArray(ref Utf8JsonReader reader, JsonShape? shape, object?[]? earlier)
    {
        int start = _top;
        bool allModels = shape is not null;
        object? last = null;
        List<object?[]>? aside = null;
        for (int position = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; position++)
        {
            if (_top - start == ListBlock)
            {
                (aside ??= []).Add(_values.AsSpan(start, ListBlock).ToArray());
                Pop(start);
            }

            int slot = _top;
            Push(null!);
            last = ReadValue(ref reader, shape, position < earlier?.Length ? earlier[position] : last); // the items of a list are mostly alike
            allModels &= last is JsonModel;
            _values[slot] = last;
        }

        var items = _values.AsSpan(start, _top - start);
        object?[] array = aside is not null ? Joined(aside, items) : allModels ? shape!.ToArray(items) : items.ToArray();
        Pop(start);
        return aside is not null && allModels ? shape!.ToArray(array) : array;
    }

    private static object?[] Joined(List<object?[]> blocks, ReadOnlySpan<object?> rest)
    {
        object?[] all = new object?[(blocks.Count * ListBlock) + rest.Length];
        for (int i = 0; i < blocks.Count; i++)
        {
            blocks[i].CopyTo(all, i * ListBlock);
            blocks[i] = [];
        }

        rest.CopyTo(all.AsSpan(blocks.Count * ListBlock));
        return all;
    }

    private static int Find(JsonField field, JsonFields fields)
    {
        for (int i = 0; i < fields.Length && i < ComparedFields; i++)
        {
            if (fields[i].IsNamedLike(field))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Where the value of a field goes: on top, or where the same name was before, because the last duplicate counts.</summary>
    private int SlotOf(JsonField field, int start)
    {
        int end = Math.Min(_top, start + ComparedFields);
        for (int i = start; i < end; i++)
        {
            if (_fields[i].IsNamedLike(field))
            {
                return i;
            }
        }

        return _top;
    }

    /// <summary>The last duplicate also counts beyond the names that were compared with each other.</summary>
    private void MergeDuplicates(int start)
    {
        var slots = new Dictionary<string, int>(StringComparer.Ordinal);
        int end = start;
        for (int i = start; i < _top; i++)
        {
            if (slots.TryGetValue(_fields[i].Name, out int slot))
            {
                _values[slot] = _values[i];
                continue;
            }

            slots.Add(_fields[i].Name, end);
            _fields[end] = _fields[i];
            _values[end++] = _values[i];
        }

        Pop(end);
    }

    private void Push(JsonField field)
    {
        if (_top == _values.Length)
        {
            Array.Resize(ref _fields, _top * 2);
            Array.Resize(ref _values, _top * 2);
        }

        _fields[_top++] = field;
    }

    private void Pop(int start)
    {
        Array.Clear(_values, start, _top - start);
        _top = start;
    }
}
