using System.Collections;
using System.Globalization;

namespace OpenAIStream;

/// <summary>
/// A JSON object that goes over the wire, with typed properties onto its fields. It holds every field as it came,
/// known or not, in order, null told from absent; <see cref="ToJson"/> gives the payload again.
/// </summary>
public abstract class JsonModel
{
    // An edit takes new arrays and leaves these as they are: another thread may be reading the next chunk with them at hand.
    private JsonField[] _fields = [];
    private object?[] _values = [];

    /// <summary>The names of the fields that are there, in their order on the wire.</summary>
    public IEnumerable<string> GetFieldNames() => _fields.Select(static field => field.Name);

    /// <summary>
    /// A field by its name on the wire: string, bool, long, double, <see cref="JsonModel"/>, a list of these, or null.
    /// Setting takes the same, and dictionaries, lists and <c>System.Text.Json</c> nodes; null is sent as null.
    /// A number that none of these types holds exactly is given as the nearest double, and sent as it is.
    /// </summary>
    /// <exception cref="ArgumentException">The value has no form in JSON, or is nested deeper than 256 levels.</exception>
    public object? this[string name]
    {
        get => JsonValue.ToPublic(Find(name));
        set => Set(name, JsonValue.From(value));
    }

    /// <summary>Whether the field is there, be it null.</summary>
    public bool Contains(string name) => IndexOf(name) >= 0;

    /// <summary>Takes a field away; false when it was not there.</summary>
    public bool Remove(string name)
    {
        int index = IndexOf(name);
        if (index < 0)
        {
            return false;
        }

        _fields = [.. _fields.Where((_, i) => i != index)];
        _values = [.. _values.Where((_, i) => i != index)];
        return true;
    }

    /// <summary>The object as JSON: for what was received, the payload again, unknown fields included.</summary>
    /// <param name="indented">Over several lines, for reading.</param>
    /// <exception cref="InvalidOperationException">The object holds itself, or is nested deeper than 1000 levels.</exception>
    public string ToJson(bool indented = false) => JsonModelWriter.ToText(this, indented);

    /// <summary>Reads an object of this type from JSON, as it would have come from the wire.</summary>
    /// <exception cref="System.Text.Json.JsonException">The text is not a JSON object, or is nested deeper than 256 levels.</exception>
    public static T FromJson<T>(string json) where T : JsonModel, new() => JsonTokenReader.Parse<T>(json);

    /// <summary>The shape that reads any of this type's family; null for a type that has none.</summary>
    internal virtual JsonShape? Family => null;

    /// <summary>The same fields in an object of their own; what is nested is shared.</summary>
    internal JsonModel Copy() => (JsonModel)MemberwiseClone();

    internal JsonField[] Fields => _fields;

    internal object?[] Values => _values;

    internal void Attach(JsonField[] fields, object?[] values)
    {
        _fields = fields;
        _values = values;
    }

    internal object? Find(string name)
    {
        int index = IndexOf(name);
        return index < 0 ? null : _values[index];
    }

    private protected string? GetString(string name) => Find(name) as string;

    /// <summary>A field's text, or the JSON text of what it holds instead.</summary>
    private protected string? GetText(string name) => Find(name) switch
    {
        null => null,
        string text => text,
        var other => JsonModelWriter.ToText(other),
    };

    private protected bool? GetBoolean(string name) => Find(name) as bool?;

    private protected long? GetInt64(string name) => Find(name) switch
    {
        long number => number,
        var other => JsonValue.ToDouble(other) is double number and >= long.MinValue and < -(double)long.MinValue && number % 1 == 0 ? (long)number : null,
    };

    private protected int? GetInt32(string name) => GetInt64(name) is long number and >= int.MinValue and <= int.MaxValue ? (int)number : null;

    private protected double? GetDouble(string name) => JsonValue.ToDouble(Find(name));

    private protected DateTimeOffset? GetUnixTime(string name) =>
        GetDouble(name) is double seconds and > -62_135_596_800 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
            : null;

    private protected T? GetModel<T>(string name) where T : JsonModel => Find(name) as T;

    /// <summary>A field's list; empty when it is absent, and without what is not a <typeparamref name="T"/>.</summary>
    private protected T[] GetList<T>(string name) => Find(name) switch
    {
        T[] typed => typed,
        Array mixed => [.. mixed.OfType<T>()],
        _ => [],
    };

    /// <summary>A field that is an object, or whose text is the JSON of one; null when it is not complete, or no object.</summary>
    private protected JsonMap? GetParsed(string name)
    {
        try
        {
            return Find(name) switch { string json => FromJson<JsonMap>(json), var other => other as JsonMap };
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    /// <summary>Sets a field; null takes it away, so that it is not sent.</summary>
    private protected void SetOrRemove(string name, object? value)
    {
        if (value is null)
        {
            Remove(name);
        }
        else
        {
            Set(name, JsonValue.From(value));
        }
    }

    private void Set(string name, object? value)
    {
        int index = IndexOf(name);
        if (index >= 0)
        {
            object?[] values = [.. _values];
            values[index] = value;
            _values = values;
            return;
        }

        _fields = [.. _fields, new JsonField(name)];
        _values = [.. _values, value];
    }

    private int IndexOf(string name)
    {
        var fields = _fields;
        for (int i = 0; i < fields.Length; i++)
        {
            if (fields[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>A model's fields set by name, for building requests from dictionaries.</summary>
    internal void Merge(IDictionary fields, int depth = 0)
    {
        foreach (DictionaryEntry field in fields)
        {
            Set(Convert.ToString(field.Key, CultureInfo.InvariantCulture)!, JsonValue.From(field.Value, depth));
        }
    }
}
