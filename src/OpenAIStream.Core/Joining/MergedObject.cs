namespace OpenAIStream;

/// <summary>
/// An object that comes in pieces: text is put together, lists grow, objects are joined field by field. What names or
/// counts a thing instead of being a piece of it is replaced; services repeat ids and roles in every chunk.
/// </summary>
internal sealed class MergedObject : Merged
{
    private static readonly HashSet<string> Replaced = new(StringComparer.Ordinal)
    {
        "id", "index", "type", "role", "object", "model", "status", "finish_reason", "system_fingerprint", "service_tier", "tool_call_id",
    };

    private readonly List<JsonField> _fields = [];
    private readonly Dictionary<string, Merged> _values = new(StringComparer.Ordinal);

    public Merged? Find(string name) => _values.TryGetValue(name, out var value) ? value : null;

    /// <summary>Joins another piece of the object.</summary>
    public void Add(JsonModel piece)
    {
        for (int i = 0; i < piece.Fields.Length; i++)
        {
            Add(piece.Fields[i], piece.Values[i]);
        }
    }

    /// <summary>Takes a field as it is, in place of what it was; null counts only where there was nothing.</summary>
    public void Replace(JsonField field, object? value)
    {
        if (!_values.TryGetValue(field.Name, out var known))
        {
            Append(field, new MergedValue { Value = value });
        }
        else if (value is not null)
        {
            _values[field.Name] = known is MergedValue same ? same : new MergedValue();
            ((MergedValue)_values[field.Name]).Value = value;
        }
    }

    public override object Build(JsonShape? shape) => Build(shape ?? JsonMap.Shape, static name => name);

    /// <param name="shape">What the object becomes.</param>
    /// <param name="rename">The name of a field in the whole: what comes as <c>delta</c> is a <c>message</c> there.</param>
    public JsonModel Build(JsonShape shape, Func<string, string> rename)
    {
        var model = shape.Create();
        model.Attach(
            [.. _fields.Select(field => rename(field.Name) == field.Name ? field : new JsonField(rename(field.Name)))],
            [.. _fields.Select(field => _values[field.Name].Build(shape.Child(rename(field.Name))))]);
        return model;
    }

    /// <summary>Joins a piece of one field.</summary>
    public void Add(JsonField field, object? value)
    {
        if (Replaced.Contains(field.Name) || value is null)
        {
            Replace(field, value);
            return;
        }

        _values.TryGetValue(field.Name, out var known);
        switch (value)
        {
            case string text when known is MergedList parts:
                parts.Add(TextPart(text));
                break;
            case string text when field.Name == "name" && IsRepeated(known, text):
                break;
            case string text:
                var pieces = known as MergedText ?? Set(field, new MergedText());
                pieces.Text.Append(text);
                break;
            case JsonModel model:
                var merged = known as MergedObject ?? Set(field, new MergedObject());
                merged.Add(model);
                break;
            case object?[] items:
                AddItems(field, items, known);
                break;
            default:
                Replace(field, value);
                break;
        }
    }

    private void AddItems(JsonField field, object?[] items, Merged? known)
    {
        var list = known as MergedList ?? Set(field, new MergedList());
        if (known is MergedText { Text.Length: > 0 } before)
        {
            list.Add(TextPart(before.Text.ToString())); // content that began as text and goes on in parts
        }

        foreach (object? item in items)
        {
            list.Add(item);
        }
    }

    private static JsonMap TextPart(string text) => new() { ["type"] = "text", ["text"] = text };

    private static bool IsRepeated(Merged? known, string text) =>
        known is MergedText { Text: var before } && before.Length == text.Length && before.ToString() == text;

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
