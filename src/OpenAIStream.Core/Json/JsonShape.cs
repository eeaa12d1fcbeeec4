using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>Which type a JSON object becomes, and which types its fields contain.</summary>
internal abstract class JsonShape(Func<JsonModel> create, (string Field, JsonShape Shape)[] children)
{
    private static readonly ConcurrentDictionary<Type, JsonShape?> ByType = new();

    /// <summary>The shape that a type declares in its static field <c>Shape</c>; a type without one contains no typed objects.</summary>
    public static JsonShape Of<T>() where T : JsonModel, new() => Declared<T>.Shape;

    /// <summary>The same for a type that is known only at run time; null if none of its fields contains typed objects.</summary>
    public static JsonShape? For(Type type) => ByType.GetOrAdd(
        type, static type => type.GetField("Shape", BindingFlags.Static | BindingFlags.NonPublic)?.GetValue(null) as JsonShape);

    public JsonModel Create() => create();

    /// <summary>Creates an object with fields.</summary>
    public JsonModel Create(JsonFields fields, object? held)
    {
        var model = create();
        model.Hold(fields, held);
        return model;
    }

    /// <summary>The shape of the object that begins here.</summary>
    /// <param name="reader">At the start of the object; a copy, to look ahead with.</param>
    /// <param name="earlier">The object that was in the same place before; null if there was none.</param>
    public virtual JsonShape Resolve(Utf8JsonReader reader, JsonModel? earlier) => this;

    /// <summary>The shape of an object with the same type as the one before it.</summary>
    public virtual JsonShape ResolveLike(JsonModel model) => this;

    /// <summary>The shape of an object with a type.</summary>
    public virtual JsonShape OfType(string type) => this;

    /// <summary>The shape of the objects in a field; null if the field has no type of its own.</summary>
    public JsonShape? Child(string field)
    {
        foreach (var child in children)
        {
            if (child.Field == field)
            {
                return child.Shape;
            }
        }

        return null;
    }

    /// <summary>The objects as an array of the shape's type.</summary>
    public abstract JsonModel[] ToArray(ReadOnlySpan<object?> models);

    /// <summary>An array of the shape's type.</summary>
    public abstract JsonModel[] NewArray(int length);

    /// <summary>Whether the value has the shape's type.</summary>
    public abstract bool IsOfType(object? value);

    private static class Declared<T> where T : JsonModel, new()
    {
        public static readonly JsonShape Shape =
            typeof(T).GetField(nameof(Shape), BindingFlags.Static | BindingFlags.NonPublic)?.GetValue(null) as JsonShape
                ?? new JsonShape<T>(static () => new T());
    }
}

/// <inheritdoc/>
internal class JsonShape<T>(Func<T> create, params (string Field, JsonShape Shape)[] children) : JsonShape(create, children)
    where T : JsonModel
{
    public override bool IsOfType(object? value) => value is T;

    public override JsonModel[] NewArray(int length) => new T[length];

    public override JsonModel[] ToArray(ReadOnlySpan<object?> models)
    {
        var array = new T[models.Length];
        for (int i = 0; i < array.Length; i++)
        {
            array[i] = (T)models[i]!;
        }

        return array;
    }
}

/// <summary>
/// Objects whose field <c>type</c> says what they are. The class of the object before them does not matter: it may have
/// been in a field of another type, or have been changed.
/// </summary>
internal sealed class JsonShapeByType<T>(JsonShape unknown, Dictionary<string, JsonShape> byType) : JsonShape<T>(static () => throw new InvalidOperationException())
    where T : JsonModel
{
    public override JsonShape Resolve(Utf8JsonReader reader, JsonModel? earlier)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType && reader.TokenType == JsonTokenType.String)
            {
                // In a stream, the type is mostly the same as before, and its name need not become a string.
                return OfType(JsonText.Read(ref reader, earlier?.FindType()));
            }

            reader.Skip();
        }

        return unknown;
    }

    public override JsonShape ResolveLike(JsonModel model) => model.FindType() is string type ? OfType(type) : unknown;

    public override JsonShape OfType(string type) => byType.TryGetValue(type, out var shape) ? shape : unknown;
}

/// <summary>The name of a field, in both encodings. Half of a surrogate pair has no UTF-8 form; only an escape can represent it.</summary>
internal sealed class JsonField
{
    // Names that have occurred, by their hash; another name with the same hash replaces it. Threads may overwrite each
    // other.
    private static readonly JsonField?[] Met = new JsonField?[1024];

    private readonly byte[]? _utf8;
    private readonly uint _hash; // 0 without a UTF-8 form

    public JsonField(string name)
    {
        Name = name;
        IsType = name == "type";
        if (!JsonText.HasLoneSurrogate(name))
        {
            _utf8 = Encoding.UTF8.GetBytes(name);
            _hash = Hash(_utf8);
        }
    }

    public string Name { get; }

    /// <summary>The field whose name a reader is at. Services use few names, so most have occurred before.</summary>
    public static JsonField At(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
        {
            return new JsonField(JsonText.Read(ref reader));
        }

        uint hash = Hash(reader.ValueSpan);
        ref var met = ref Met[(hash ^ (hash >> 16)) % Met.Length];
        var field = met;
        return field?._utf8 is not null && reader.ValueSpan.SequenceEqual(field._utf8) ? field : met = new JsonField(JsonText.Read(ref reader));
    }

    /// <summary>Whether two fields have the same name: nearly always the same object, or another hash.</summary>
    public bool IsNamedLike(JsonField other) => ReferenceEquals(this, other) || (_hash == other._hash && Name == other.Name);

    private static uint Hash(ReadOnlySpan<byte> utf8)
    {
        uint hash = 2166136261; // FNV-1a
        foreach (byte one in utf8)
        {
            hash = (hash ^ one) * 16777619;
        }

        return hash;
    }

    /// <summary>Whether the field can decide which type its object becomes.</summary>
    public bool IsType { get; }

    public bool Matches(ref Utf8JsonReader reader) => reader.ValueIsEscaped
        ? JsonText.Read(ref reader) == Name
        : _utf8 is not null && reader.ValueSpan.SequenceEqual(_utf8);
}
