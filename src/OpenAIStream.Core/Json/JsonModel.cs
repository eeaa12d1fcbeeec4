using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;

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
    /// Setting takes the same, and dictionaries, lists and <c>System.Text.Json</c> nodes; null is sent as null. An object
    /// without a type takes the type that this model has for the field, so that the field's property shows it.
    /// A number that none of these types holds exactly is given as the nearest double, and sent as it is.
    /// </summary>
    /// <exception cref="ArgumentException">The value has no form in JSON, or is nested deeper than 256 levels.</exception>
    [IndexerName("FieldByName")] // "Item" would hide fields and properties of that name from PowerShell
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

    /// <summary>What a person would read of it: its text or its name where it has one, else its JSON.</summary>
    public override string ToString()
    {
        try
        {
            return ToJson();
        }
        catch (InvalidOperationException)
        {
            return "{...}"; // it holds itself
        }
    }

    /// <summary>Reads an object of this type from JSON, as it would have come from the wire.</summary>
    /// <exception cref="System.Text.Json.JsonException">
    /// The text is not a JSON object, is nested deeper than 256 levels, or names a <c>type</c> that belongs to another class.
    /// </exception>
    public static T FromJson<T>(string json) where T : JsonModel, new() => JsonTokenReader.Parse<T>(json);

    /// <summary>The same for a type that is known only at run time.</summary>
    /// <exception cref="ArgumentException">The type is not a model that can be created.</exception>
    /// <exception cref="System.Text.Json.JsonException">As for <see cref="FromJson{T}"/>.</exception>
    public static JsonModel Create(Type type, string json)
    {
        Guard.NotNull(json, nameof(json));
        return JsonTyping.Create(JsonTyping.New(type), JsonTokenReader.ParseObject(json, type));
    }

    /// <summary>
    /// Makes an object of this type from a dictionary. A key is the field's name on the wire; the name of the field's
    /// property is accepted as well (<c>FinishReason</c> for <c>finish_reason</c>), in any letter case.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A value has no form in JSON, is nested deeper than 256 levels, or the field <c>type</c> names another class.
    /// </exception>
    public static T FromFields<T>(IDictionary fields) where T : JsonModel, new() => (T)Create(typeof(T), fields);

    /// <summary>The same for a type that is known only at run time.</summary>
    /// <exception cref="ArgumentException">As for <see cref="FromFields{T}"/>, or the type is not a model that can be created.</exception>
    public static JsonModel Create(Type type, IDictionary fields)
    {
        try
        {
            return JsonTyping.Create(JsonTyping.New(type), new JsonMap(fields), takesPropertyNames: true);
        }
        catch (System.Text.Json.JsonException exception)
        {
            throw new ArgumentException(exception.Message, exception);
        }
    }

    /// <summary>
    /// Lets fields be set to values of a further type, by what it is as a value that fields take. It holds for the whole
    /// process, and for exactly this type.
    /// </summary>
    /// <param name="convert">Returns null, a simple value, a dictionary, a list or a model.</param>
    public static void AddConversion<T>(Func<T, object?> convert) where T : class
    {
        Guard.NotNull(convert, nameof(convert));
        JsonValue.Conversions[typeof(T)] = value => convert((T)value);
    }

    /// <summary>The shape that reads any of this type's family; null for a type that has none.</summary>
    internal virtual JsonShape? Family => null;

    /// <summary>The same fields in an object of their own; what is nested is shared.</summary>
    internal JsonModel Copy() => (JsonModel)MemberwiseClone();

    internal JsonField[] Fields => _fields;

    /// <summary>The fields' values as they are held; <see cref="JsonLongText.Read"/> gives what a reader finds.</summary>
    internal object?[] Values => _values;

    internal void Attach(JsonField[] fields, object?[] values)
    {
        _fields = fields;
        _values = values;
    }

    internal object? Find(string name) => JsonLongText.Read(FindHeld(name));

    /// <summary>A field as it is held: a long text that nobody has read is a <see cref="JsonLongText"/>.</summary>
    internal object? FindHeld(string name)
    {
        int index = IndexOf(name);
        return index < 0 ? null : _values[index];
    }

    /// <summary>Whether a field holds a text that says something. The text is not made for it.</summary>
    internal bool HasText(string name) => FindHeld(name) is JsonLongText or string { Length: > 0 };

    private protected string? GetString(string name) => Find(name) as string;

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

    /// <summary>A field that holds a day, such as 2027-01-14. It is no moment: its <see cref="DateTime.Kind"/> is unspecified, so that no time zone moves it.</summary>
    private protected DateTime? GetDate(string name) =>
        DateTime.TryParseExact(Find(name) as string, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private protected T? GetModel<T>(string name) where T : JsonModel => Find(name) as T;

    /// <summary>A field's list; empty when it is absent, and without what is not a <typeparamref name="T"/>.</summary>
    private protected T[] GetList<T>(string name) => Find(name) switch
    {
        T[] typed => typed,
        Array mixed => [.. mixed.OfType<T>()],
        _ => [],
    };

    /// <summary>A text that says something; null for an empty one.</summary>
    private protected string? GetText(string name) => Find(name) is string { Length: > 0 } text ? text : null;

    /// <summary>A field whose text is JSON of its own. Some services send the JSON itself; an empty list is PHP's empty object.</summary>
    private protected string? GetJsonText(string name) => Find(name) switch
    {
        null => null,
        string text => text,
        Array { Length: 0 } => "{}",
        var other => JsonModelWriter.ToText(other),
    };

    /// <summary>The same as an object; null when it is not complete, or no object.</summary>
    private protected JsonMap? GetParsed(string name)
    {
        try
        {
            return GetJsonText(name) is string json ? FromJson<JsonMap>(json) : null;
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
        value = this is JsonMap ? value : JsonTyping.Adapt(value, GetType(), name);
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
