using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// Reads JSON into models in one pass. Chunks of a stream are nearly alike, so each is read with the one before it at
/// hand: field names, and values that say the same (id, model, fingerprint), are then shared instead of made again.
/// </summary>
internal sealed class JsonModelReader
{
    // Names are compared with those before them only this far: an object with a million fields stays linear.
    private const int ComparedFields = 256;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 256 };

    // Fields and values of the objects being read, the innermost on top; each object takes its part when it ends.
    private JsonField[] _fields = new JsonField[32];
    private object?[] _values = new object?[32];
    private int _top;

    /// <summary>Reads one JSON value. Objects take the type of the shape, or of the shape's field they are under.</summary>
    /// <exception cref="JsonException">The bytes are not one JSON value.</exception>
    public object? Read(ReadOnlySpan<byte> json, JsonShape shape, object? earlier)
    {
        _top = 0;
        var reader = new Utf8JsonReader(json, Options);
        reader.Read();
        object? value = ReadValue(ref reader, shape, earlier);
        reader.Read(); // refuses what follows the value
        return value;
    }

    public static T Parse<T>(string json) where T : JsonModel, new() =>
        new JsonModelReader().Read(Encoding.UTF8.GetBytes(json), new T().GetShape(), null) as T
            ?? throw new JsonException($"A {typeof(T).Name} is a JSON object; this is another JSON value.");

    public static object? ParseValue(string json) => new JsonModelReader().Read(Encoding.UTF8.GetBytes(json), JsonMap.Shape, null);

    private object? ReadValue(ref Utf8JsonReader reader, JsonShape? shape, object? earlier) => reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadModel(ref reader, shape ?? JsonMap.Shape, earlier as JsonModel),
        JsonTokenType.StartArray => ReadArray(ref reader, shape, earlier as object?[]),
        JsonTokenType.String => ReadString(ref reader, earlier as string),
        JsonTokenType.Number => ReadNumber(ref reader, earlier),
        JsonTokenType.True => JsonValue.Box(true),
        JsonTokenType.False => JsonValue.Box(false),
        _ => null,
    };

    private JsonModel ReadModel(ref Utf8JsonReader reader, JsonShape shape, JsonModel? earlier)
    {
        int start = _top;
        var earlierFields = earlier is null ? [] : earlier.Fields;
        bool alike = earlier is not null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int position = _top - start;
            object? earlierValue = null;
            JsonField field;
            if (alike && position < earlierFields.Length && earlierFields[position].Matches(ref reader))
            {
                field = earlierFields[position];
                earlierValue = earlier!.Values[position];
            }
            else
            {
                alike = false;
                field = FindOrMake(ref reader, earlierFields);
                earlierValue = earlier?.Find(field.Name);
            }

            int slot = alike ? _top : SlotOf(field, start);
            if (slot == _top)
            {
                Push(field);
            }

            reader.Read();
            bool nested = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            object? value = ReadValue(ref reader, nested ? shape.Child(field.Name) : null, earlierValue);
            _values[slot] = value; // not in one statement: reading may have made a larger array
        }

        int count = _top - start;
        var model = shape.Create();
        model.Attach(
            alike && count == earlierFields.Length ? earlierFields : _fields.AsSpan(start, count).ToArray(),
            _values.AsSpan(start, count).ToArray());
        Pop(start);
        return model;
    }

    private object?[] ReadArray(ref Utf8JsonReader reader, JsonShape? shape, object?[]? earlier)
    {
        int start = _top;
        bool allModels = shape is not null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int position = _top - start;
            Push(null!);
            object? value = ReadValue(ref reader, shape, position < earlier?.Length ? earlier[position] : null);
            allModels &= value is JsonModel;
            _values[start + position] = value;
        }

        var items = _values.AsSpan(start, _top - start);
        object?[] array = allModels ? shape!.ToArray(items) : items.ToArray();
        Pop(start);
        return array;
    }

    private static string ReadString(ref Utf8JsonReader reader, string? earlier)
    {
        if (!reader.ValueIsEscaped)
        {
            return Utf8.ToString(reader.ValueSpan, earlier);
        }

        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return JsonText.Unescape(Encoding.UTF8.GetString(reader.ValueSpan));
        }
    }

    private static object ReadNumber(ref Utf8JsonReader reader, object? earlier)
    {
        if (reader.TryGetInt64(out long integer))
        {
            return earlier is long same && same == integer ? earlier : JsonValue.Box(integer);
        }

        // Up to 15 digits a double gives back what it was given.
        var text = reader.ValueSpan;
        return text.Length <= 16 && text.IndexOfAny((byte)'e', (byte)'E') < 0 && reader.TryGetDouble(out double number)
            ? number
            : new JsonNumber(Encoding.ASCII.GetString(text));
    }

    private static JsonField FindOrMake(ref Utf8JsonReader reader, JsonField[] earlier)
    {
        foreach (var field in earlier.AsSpan(0, Math.Min(earlier.Length, ComparedFields)))
        {
            if (field.Matches(ref reader))
            {
                return field;
            }
        }

        return new JsonField(ReadString(ref reader, null));
    }

    /// <summary>Where a field's value goes: on top, or where the same name stood before, since the last of equals counts.</summary>
    private int SlotOf(JsonField field, int start)
    {
        int end = Math.Min(_top, start + ComparedFields);
        for (int i = start; i < end; i++)
        {
            if (_fields[i].Name == field.Name)
            {
                return i;
            }
        }

        return _top;
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
