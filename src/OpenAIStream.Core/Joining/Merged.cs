using System.Text;

namespace OpenAIStream;

/// <summary>A field that grows with each chunk. What it adds up to is built once, when it is asked for: joining stays linear.</summary>
internal abstract class Merged
{
    /// <summary>The value so far, as a model's field holds it; objects take the type of the shape.</summary>
    public abstract object? Build(JsonShape? shape);
}

/// <summary>A value of which the latest counts.</summary>
internal sealed class MergedValue : Merged
{
    public object? Value { get; set; }

    public override object? Build(JsonShape? shape) => Value;
}

/// <summary>Text that comes in pieces.</summary>
internal sealed class MergedText : Merged
{
    public StringBuilder Text { get; } = new();

    public override object Build(JsonShape? shape) => Text.ToString();
}

/// <summary>A list whose items are added at its end, or, where they carry an index, joined with the one of that index.</summary>
internal sealed class MergedList : Merged
{
    private readonly List<object?> _items = [];
    private readonly SortedDictionary<long, MergedObject> _byIndex = []; // their order, whatever the order they come in

    public void Add(object? item)
    {
        if (item is JsonModel model && model.Find("index") is long index)
        {
            if (!_byIndex.TryGetValue(index, out var merged))
            {
                _byIndex.Add(index, merged = new MergedObject());
            }

            merged.Add(model);
        }
        else
        {
            _items.Add(item);
        }
    }

    public override object Build(JsonShape? shape)
    {
        object?[] items = [.. _byIndex.Values.Select(item => item.Build(shape)), .. _items];
        return shape is not null && items.All(static item => item is JsonModel) ? shape.ToArray(items) : items;
    }
}
