namespace OpenAIStream;

/// <summary>Converts objects without a type to the type that their place requires, as the reader would have created them.</summary>
internal static class JsonTyping
{
    /// <summary>An empty object of a type that the caller specified.</summary>
    /// <exception cref="ArgumentException">The type is not a model that can be created.</exception>
    public static JsonModel New(Type type)
    {
        Guard.NotNull(type, nameof(type));
        return type.IsSubclassOf(typeof(JsonModel)) && !type.IsAbstract
            ? (JsonModel)Activator.CreateInstance(type)!
            : throw new ArgumentException($"JSON cannot be read into {type}. Use a class that is derived from JsonModel and not abstract.");
    }

    /// <summary>An object of the type of a model, or of its family, with the fields of another object.</summary>
    /// <param name="model">An empty object of the type.</param>
    /// <param name="fields">The fields of the object.</param>
    /// <param name="takesPropertyNames">Whether a field can have the name of its property.</param>
    /// <exception cref="System.Text.Json.JsonException">The fields specify another type.</exception>
    public static JsonModel Create(JsonModel model, JsonMap fields, bool takesPropertyNames = false)
    {
        fields = OnWire(fields, model, takesPropertyNames);
        if (model.Family is JsonShape family && fields.FindType() is string type)
        {
            var member = family.ResolveLike(fields).Create();
            if (!model.GetType().IsInstanceOfType(member))
            {
                throw new System.Text.Json.JsonException($"The type '{type}' belongs to a {member.GetType().Name}, not to a {model.GetType().Name}.");
            }

            model = member;
        }

        return Filled(model, fields, takesPropertyNames);
    }

    /// <summary>The value for a field of a model: a value of its type, if the value is or contains objects without a type.</summary>
    public static object? Adapt(object? value, Type model, string field) => value is not (JsonMap or object?[])
        ? value
        : Adapt(value, JsonShape.For(model)?.Child(field), false);

    private static object? Adapt(object? value, JsonShape? shape, bool takesPropertyNames) => (shape, value) switch
    {
        (null, _) => value,
        (_, JsonMap map) => shape.IsOfType(map) ? map : Member(map, shape, takesPropertyNames),
        (_, object?[] items) when Array.Exists(items, static item => item is JsonMap or Array) => List(items, shape, takesPropertyNames),
        _ => value,
    };

    private static JsonModel Member(JsonMap map, JsonShape shape, bool takesPropertyNames)
    {
        var fields = OnWire(map, shape.ResolveLike(new JsonMap()).Create(), takesPropertyNames); // what its kind has in common, including the type
        return Filled(shape.ResolveLike(fields).Create(), fields, takesPropertyNames);
    }

    private static object?[] List(object?[] items, JsonShape shape, bool takesPropertyNames)
    {
        object?[] typed = Array.ConvertAll(items, item => Adapt(item, shape, takesPropertyNames));
        return Array.TrueForAll(typed, shape.IsOfType) ? shape.ToArray(typed) : typed;
    }

    private static JsonModel Filled(JsonModel model, JsonMap fields, bool takesPropertyNames)
    {
        fields = OnWire(fields, model, takesPropertyNames);
        var shape = JsonShape.For(model.GetType());
        object?[] values = fields.ToValues();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Adapt(values[i], shape?.Child(fields.Fields[i].Name), takesPropertyNames);
        }

        model.Attach(fields.Fields.Unshared, values);
        return model;
    }

    private static JsonMap OnWire(JsonMap fields, JsonModel model, bool takesPropertyNames) =>
        takesPropertyNames ? FieldNames.Of(model.GetType()).OnWire(fields) : fields;
}
