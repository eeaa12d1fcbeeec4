namespace OpenAIStream;

/// <summary>A field of objects that mostly share their names: its index is looked up again only for other names.</summary>
internal struct RepeatedField(string name)
{
    private JsonFields? _fields;
    private int _index;

    /// <summary>The value as a reader of the field sees it; null if there is no such field.</summary>
    public object? Find(JsonModel? model)
    {
        if (model is null)
        {
            return null;
        }

        if (!ReferenceEquals(model.Fields, _fields))
        {
            _fields = model.Fields;
            _index = _fields.IndexOf(name);
        }

        return _index < 0 ? null : JsonLongText.Read(model.ValueAt(_index));
    }
}
