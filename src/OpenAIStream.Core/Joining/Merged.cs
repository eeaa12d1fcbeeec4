using System.Text;

namespace OpenAIStream;

/// <summary>A field that grows with each chunk. Its value is built once, when it is read, so joining takes linear time.</summary>
internal abstract class Merged
{
    /// <summary>The value so far, as a field of a model contains it; objects get the type of the shape.</summary>
    public abstract object? Build(JsonShape? shape);
}

/// <summary>A field whose last value counts.</summary>
internal sealed class MergedValue : Merged
{
    public object? Value { get; set; }

    public override object? Build(JsonShape? shape) => Value;
}

/// <summary>Text that arrives in pieces.</summary>
internal sealed class MergedText : Merged
{
    public StringBuilder Text { get; } = new();

    public override object Build(JsonShape? shape) => Text.ToString();
}

/// <summary>
/// Bytes whose Base64 arrives in pieces. Each piece can be encoded separately, or one text can be cut anywhere: padding
/// ends what was encoded together.
/// </summary>
internal sealed class MergedBase64 : Merged
{
    private readonly List<StringBuilder> _encoded = [];

    public void Add(string piece)
    {
        if (_encoded.Count == 0 || IsPadded(_encoded[_encoded.Count - 1]))
        {
            _encoded.Add(new StringBuilder());
        }

        _encoded[_encoded.Count - 1].Append(piece);
    }

    public override object Build(JsonShape? shape)
    {
        string[] encoded = [.. _encoded.Select(static one => one.ToString())];
        try
        {
            return encoded.Length == 1 ? encoded[0] : Joined(encoded);
        }
        catch (FormatException)
        {
            return string.Concat(encoded); // unchanged: whoever reads it gets an error that it is not Base64
        }
    }

    private static string Joined(string[] encoded)
    {
        using var bytes = new MemoryStream();
        foreach (string one in encoded)
        {
            byte[] piece = Convert.FromBase64String(one);
            bytes.Write(piece, 0, piece.Length);
        }

        return Convert.ToBase64String(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static bool IsPadded(StringBuilder text) => text.Length % 4 == 0 && text[text.Length - 1] == '=';
}

/// <summary>
/// A list whose items are joined by index and type. Items without an index are added at the end, except that text continues
/// the text before it.
/// </summary>
internal sealed class MergedList : Merged
{
    private readonly List<(long? Index, object? Item)> _items = [];

    public void Add(object? item)
    {
        if (item is not JsonModel model)
        {
            _items.Add((null, item));
            return;
        }

        long? index = JoinRules.Index(model);
        var known = index is null ? Unfinished(model) : Same(index.Value, model);
        if (known is null)
        {
            _items.Add((index, known = new MergedObject()));
        }

        known.Add(model);
    }

    public override object Build(JsonShape? shape) => Build(_items, shape);

    /// <summary>The items in the order of their indices, whatever order they arrived in, and then those without an index.</summary>
    internal static object Build(IEnumerable<(long? Index, object? Item)> all, JsonShape? shape)
    {
        object?[] items = [.. all.OrderBy(static one => one.Index ?? long.MaxValue).Select(one => one.Item is Merged merged ? merged.Build(shape) : one.Item)];
        return shape is not null && items.All(static item => item is JsonModel) ? shape.ToArray(items) : items;
    }

    private MergedObject? Same(long index, JsonModel item) =>
        _items.FindLast(one => one.Index == index && !Differ((MergedObject)one.Item!, item)).Item as MergedObject;

    /// <summary>Text and its encrypted form can have the same index, and so can encrypted items of several calls.</summary>
    private static bool Differ(MergedObject known, JsonModel item) =>
        Differ(known.Text("type"), JoinRules.Text(item, "type")) ||
        (known.Text("type")?.EndsWith("encrypted", StringComparison.Ordinal) == true && Differ(known.Text("id"), JoinRules.Text(item, "id")));

    private static bool Differ(string? one, string? other) => one is not null && other is not null && one != other;

    /// <summary>The last item, if it is text that this item continues; signed text is complete.</summary>
    private MergedObject? Unfinished(JsonModel item) =>
        _items.Count > 0 && _items[_items.Count - 1] is (null, MergedObject last) &&
        JoinRules.IsTextPart(JoinRules.Text(item, "type")) && last.Text("type") == JoinRules.Text(item, "type") &&
        last.Text("signature") is null && !Differ(last.Text("id"), JoinRules.Text(item, "id"))
            ? last
            : null;
}
