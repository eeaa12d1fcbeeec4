namespace OpenAIStream;

/// <summary>
/// An object that arrives in pieces: known text grows, lists grow, objects are joined field by field, and for everything
/// else the last value counts. Absent values change nothing.
/// </summary>
/// <param name="name">The field that contains it.</param>
internal sealed class MergedObject(string name = "") : Merged
{
    private readonly List<JsonField> _fields = [];
    private readonly Dictionary<string, Merged> _values = new(StringComparer.Ordinal);

    public Merged? Find(string field) => _values.TryGetValue(field, out var value) ? value : null;

    /// <summary>A text whose last value counts; null if there is none.</summary>
    public string? Text(string field) => Find(field) is MergedValue known && JsonLongText.Read(known.Value) is string { Length: > 0 } text ? text : null;

    /// <summary>Joins another piece of the object.</summary>
    public void Add(JsonModel piece)
    {
        for (int i = 0; i < piece.Fields.Length; i++)
        {
            Add(piece.Fields[i], piece.ValueAt(i));
        }
    }

    /// <summary>Joins a piece of one field.</summary>
    public void Add(JsonField field, object? value)
    {
        value = JsonLongText.Read(value);
        if (field.Name == "arguments")
        {
            (Find(field.Name) as MergedArguments ?? Set(field, new MergedArguments())).Add(value);
            return;
        }

        if (JoinRules.IsAbsent(field.Name, value))
        {
            TakeAbsent(field, value);
            return;
        }

        var known = Find(field.Name);
        switch (value)
        {
            case string text when known is MergedList parts:
                parts.Add(TextPart(text));
                break;
            case string text when JoinRules.IsAudio(name, field.Name):
                (known as MergedBase64 ?? Set(field, new MergedBase64())).Add(text);
                break;
            case string text when JoinRules.Grows(field.Name):
                (known as MergedText ?? Set(field, new MergedText())).Text.Append(text);
                break;
            case JsonModel model:
                (known as MergedObject ?? Set(field, new MergedObject(field.Name))).Add(model);
                break;
            case object?[] items when field.Name == "tool_calls":
                AddCalls(field, items, known);
                break;
            case object?[] items:
                AddItems(field, items, known);
                break;
            default:
                Take(field, value);
                break;
        }
    }

    /// <summary>Replaces a field unchanged; of an object, its fields.</summary>
    public void Replace(JsonField field, object? value)
    {
        if (JoinRules.IsAbsent(field.Name, value))
        {
            TakeAbsent(field, value);
        }
        else if (value is JsonModel model)
        {
            var merged = Find(field.Name) as MergedObject ?? Set(field, new MergedObject(field.Name));
            for (int i = 0; i < model.Fields.Length; i++)
            {
                merged.Replace(model.Fields[i], model.ValueAt(i));
            }
        }
        else
        {
            Take(field, value);
        }
    }

    /// <summary>Replaces a field unchanged, whatever it was before.</summary>
    public void Take(JsonField field, object? value) => (Find(field.Name) as MergedValue ?? Set(field, new MergedValue())).Value = value;

    public override object Build(JsonShape? shape) => Build(shape ?? JsonMap.Shape, static name => name);

    /// <param name="shape">The type of the object.</param>
    /// <param name="rename">The name of a field in the whole answer: <c>delta</c> becomes <c>message</c>.</param>
    public JsonModel Build(JsonShape shape, Func<string, string> rename)
    {
        var model = shape.Create();
        model.Attach(
            new JsonFields([.. _fields.Select(field => rename(field.Name) == field.Name ? field : new JsonField(rename(field.Name)))]),
            [.. _fields.Select(field => _values[field.Name].Build(shape.Child(rename(field.Name))))]);
        return model;
    }

    /// <summary>An absent value keeps its position until a value arrives; an empty text is more specific than null.</summary>
    private void TakeAbsent(JsonField field, object? value)
    {
        var known = Find(field.Name);
        if (known is null)
        {
            Append(field, new MergedValue { Value = value });
        }
        else if (known is MergedValue { Value: null } before)
        {
            before.Value = value;
        }
    }

    private void AddItems(JsonField field, object?[] items, Merged? known)
    {
        var list = known as MergedList ?? Set(field, new MergedList());
        if (known is MergedText before)
        {
            list.Add(TextPart(before.Text.ToString())); // content that began as text and continues in parts
        }

        foreach (object? item in items)
        {
            list.Add(item);
        }
    }

    private void AddCalls(JsonField field, object?[] items, Merged? known)
    {
        var calls = known as MergedCalls ?? Set(field, new MergedCalls());
        foreach (var item in items.OfType<JsonModel>())
        {
            calls.Add(item);
        }
    }

    private static JsonMap TextPart(string text) => new() { ["type"] = "text", ["text"] = text };

    private T Set<T>(JsonField field, T value) where T : Merged
    {
        if (_values.ContainsKey(field.Name))
        {
            _values[field.Name] = value;
        }
        else
        {
            Append(field, value);
        }

        return value;
    }

    private void Append(JsonField field, Merged value)
    {
        _fields.Add(field);
        _values.Add(field.Name, value);
    }
}
