namespace OpenAIStream;

/// <summary>Which type an object on the wire becomes, and which types its fields hold.</summary>
internal abstract class JsonShape(Func<JsonModel> create, (string Field, JsonShape Shape)[] children)
{
    public JsonModel Create() => create();

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
internal sealed class JsonShape<T>(Func<T> create, params (string Field, JsonShape Shape)[] children) : JsonShape(create, children)
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
