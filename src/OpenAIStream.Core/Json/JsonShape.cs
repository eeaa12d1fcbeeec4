using System.Text.Json;

namespace OpenAIStream;

/// <summary>Which type an object on the wire becomes, and which types its fields hold.</summary>
internal abstract class JsonShape(Func<JsonModel> create, (string Field, JsonShape Shape)[] children)
{
    public JsonModel Create() => create();

    /// <summary>The shape of the object that begins here.</summary>
    /// <param name="reader">At the object's start; a copy, to look ahead with.</param>
    /// <param name="earlier">The object in the same place before this one.</param>
    public virtual JsonShape Resolve(Utf8JsonReader reader, JsonModel? earlier) => this;

    /// <summary>The shape of an object that says it is of the same type as this one.</summary>
    public virtual JsonShape ResolveLike(JsonModel earlier) => this;

    /// <summary>The shape of the objects under a field; null when the field has no type of its own.</summary>
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
}

/// <inheritdoc/>
internal class JsonShape<T>(Func<T> create, params (string Field, JsonShape Shape)[] children) : JsonShape(create, children)
    where T : JsonModel
{
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

/// <summary>Objects that say in their field <c>type</c> what they are.</summary>
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
                // Streams repeat themselves: mostly the type is the one before, and its name need not be made a string.
                return earlier?.Find("type") is string same && reader.ValueTextEquals(same) ? earlier.GetShape()
                    : byType.TryGetValue(JsonText.Read(ref reader), out var shape) ? shape
                    : unknown;
            }

            reader.Skip();
        }

        return unknown;
    }

    public override JsonShape ResolveLike(JsonModel earlier) =>
        earlier.Find("type") is string type && byType.TryGetValue(type, out var shape) ? shape : unknown;
}
