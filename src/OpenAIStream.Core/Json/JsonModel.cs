using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace OpenAIStream;

/// <summary>
/// A JSON object of a request or a response, with typed properties for its fields. It keeps every field unchanged, known or
/// not, in order, and distinguishes null from absent; <see cref="ToJson"/> returns the original payload.
/// </summary>
public abstract class JsonModel
{
    // An edit replaces what is held and does not change it, because another thread may be reading the next chunk with it.
    private JsonFields _fields = JsonFields.None;
    private object? _held = Array.Empty<object?>();

    /// <summary>The names of the fields, in their original order.</summary>
    public IEnumerable<string> GetFieldNames() => _fields.ToArray().Select(static field => field.Name);

    /// <summary>
    /// A field by its name: string, bool, long, double, <see cref="JsonModel"/>, a list of these, or null. The setter also
    /// accepts dictionaries, lists and <c>System.Text.Json</c> nodes; null is sent as null. An object without a type gets
    /// the type that this model has for the field, so that the property of the field shows it. A number that none of these
    /// types can hold exactly is returned as the nearest double, and sent unchanged.
    /// </summary>
    /// <exception cref="ArgumentException">The value cannot be written as JSON, or is nested more than 256 levels deep.</exception>
    [IndexerName("FieldByName")] // "Item" would hide fields and properties with that name from PowerShell
    public object? this[string name]
    {
        get => JsonValue.ToPublic(Find(name));
        set => Set(name, JsonValue.From(value));
    }

    /// <summary>Whether the field exists, even if it is null.</summary>
    public bool Contains(string name) => _fields.IndexOf(name) >= 0;

    /// <summary>Removes a field. Returns false if it did not exist.</summary>
    public bool Remove(string name)
    {
        int index = _fields.IndexOf(name);
        if (index < 0)
        {
            return false;
        }

        Attach(
            new JsonFields([.. _fields.ToArray().Where((_, i) => i != index)]),
            [.. ToValues().Where((_, i) => i != index)]);
        return true;
    }

    /// <summary>Returns the object as JSON: for received objects the original payload, including unknown fields.</summary>
    /// <param name="indented">Whether to format the JSON over several lines.</param>
    /// <exception cref="InvalidOperationException">The object contains itself, or is nested more than 1000 levels deep.</exception>
    public string ToJson(bool indented = false) => JsonModelWriter.ToText(this, indented);

    /// <summary>The readable text: its text or its name if it has one, otherwise its JSON.</summary>
    public override string ToString()
    {
        try
        {
            return ToJson();
        }
        catch (InvalidOperationException)
        {
            return "{...}"; // it contains itself
        }
    }

    /// <summary>Reads an object of this type from JSON, as if it had been received.</summary>
    /// <exception cref="System.Text.Json.JsonException">
    /// The text is not a JSON object, is nested more than 256 levels deep, or has a <c>type</c> that belongs to another
    /// class.
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
    /// Creates an object of this type from a dictionary. A key is the name of a field; the name of the property of the
    /// field is accepted too (<c>FinishReason</c> for <c>finish_reason</c>) and is not case-sensitive.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A value cannot be written as JSON, is nested more than 256 levels deep, or the field <c>type</c> specifies another
    /// class.
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
    /// Allows setting fields to values of another type, by converting them. This applies to the whole process, and only to
    /// exactly this type.
    /// </summary>
    /// <param name="convert">Returns null, a simple value, a dictionary, a list or a model.</param>
    public static void AddConversion<T>(Func<T, object?> convert) where T : class
    {
        Guard.NotNull(convert, nameof(convert));
        JsonValue.Conversions[typeof(T)] = value => convert((T)value);
    }

    /// <summary>The shape that reads any type of this family; null for a type without one.</summary>
    internal virtual JsonShape? Family => null;

    /// <summary>A copy with the same fields; nested objects are shared.</summary>
    internal JsonModel Copy() => (JsonModel)MemberwiseClone();

    internal JsonFields Fields => _fields;

    /// <summary>What the object holds of its values, which <see cref="JsonFields"/> knows how to read. Each change replaces it.</summary>
    internal object? Held => _held;

    /// <summary>A value as it is stored; <see cref="JsonLongText.Read"/> returns what a reader sees.</summary>
    internal object? ValueAt(int index) => _fields.Value(index, _held);

    /// <summary>A copy of all values as they are stored.</summary>
    internal object?[] ToValues() => _fields.CopyValues(_held);

    /// <summary>Sets all fields: names that share no values, and the values.</summary>
    internal void Attach(JsonFields fields, object?[] values) => Hold(fields, JsonFields.Hold(values));

    /// <summary>Sets all fields to those of another object.</summary>
    internal void Attach(JsonModel other) => Hold(other._fields, other._held);

    internal void Hold(JsonFields fields, object? held)
    {
        _fields = fields;
        _held = held;
    }

    internal object? Find(string name) => JsonLongText.Read(FindHeld(name));

    /// <summary>A field as it is stored: a long text that nobody has read is a <see cref="JsonLongText"/>.</summary>
    internal object? FindHeld(string name)
    {
        int index = _fields.IndexOf(name);
        return index < 0 ? null : ValueAt(index);
    }

    /// <summary>The text of the field that can decide which type the object becomes.</summary>
    internal string? FindType()
    {
        var fields = _fields;
        return fields.TypeAt < 0 ? null : fields.Value(fields.TypeAt, _held) as string;
    }

    /// <summary>Whether a field contains a nonempty text. The text is not created for this.</summary>
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

    /// <summary>
    /// A field that contains a day, such as 2027-01-14. It is not a point in time: its <see cref="DateTime.Kind"/> is
    /// unspecified, so that no time zone changes it.
    /// </summary>
    private protected DateTime? GetDate(string name) =>
        DateTime.TryParseExact(Find(name) as string, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private protected T? GetModel<T>(string name) where T : JsonModel => Find(name) as T;

    /// <summary>The list in a field; empty if it is absent, and without items that are not a <typeparamref name="T"/>.</summary>
    private protected T[] GetList<T>(string name) => Find(name) switch
    {
        T[] typed => typed,
        Array mixed => [.. mixed.OfType<T>()],
        _ => [],
    };

    /// <summary>A nonempty text; otherwise null.</summary>
    private protected string? GetText(string name) => Find(name) is string { Length: > 0 } text ? text : null;

    /// <summary>A field whose text is JSON. Some services send the JSON itself; an empty list is PHP's empty object.</summary>
    private protected string? GetJsonText(string name) => Find(name) switch
    {
        null => null,
        string text => text,
        Array { Length: 0 } => "{}",
        var other => JsonModelWriter.ToText(other),
    };

    /// <summary>The same as an object; null if it is not complete, or not an object.</summary>
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

    /// <summary>Sets a field; null removes it, so that it is not sent.</summary>
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
        int index = _fields.IndexOf(name);
        object?[] values = _fields.CopyValues(_held, index < 0 ? 1 : 0);
        values[index < 0 ? values.Length - 1 : index] = value;
        Attach(index < 0 ? _fields.With(name) : _fields.Unshared, values);
    }

    /// <summary>Sets the fields of a model by name, to build requests from dictionaries.</summary>
    internal void Merge(IDictionary fields, int depth = 0)
    {
        foreach (DictionaryEntry field in fields)
        {
            Set(Convert.ToString(field.Key, CultureInfo.InvariantCulture)!, JsonValue.From(field.Value, depth));
        }
    }
}
