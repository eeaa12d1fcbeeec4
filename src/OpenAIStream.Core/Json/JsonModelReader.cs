using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// Reads JSON into models in one pass. Chunks of a stream are nearly alike, so each is read with the one before it at hand:
/// names, and values that say the same (id, model, fingerprint), are shared. Where a chunk is laid out like the one before,
/// the same names in the same order and no white space, a name need only be compared, and nothing looked up; anything else
/// is left to <see cref="JsonTokenReader"/>, which takes three times as long (docs/performance.md).
/// </summary>
internal sealed class JsonModelReader
{
    /// <summary>How deep JSON may be nested, read or made from dictionaries and lists.</summary>
    public const int MaxDepth = 256;

    private const int ItemsBetweenChecks = 4096;

    private readonly JsonTokenReader _tokens = new();

    // Values of the lists being read, the innermost on top.
    private object?[] _items = new object?[16];
    private int _top;
    private int _depth; // of the earlier object, which may hold itself by now: its owner may do with it what he likes

    /// <inheritdoc cref="JsonTokenReader.Check"/>
    public Action? Check { get => _tokens.Check; set => _tokens.Check = value; }

    /// <summary>How often a payload has been gone through; tests hold it against the number of payloads.</summary>
    internal long Passes { get; private set; }

    /// <inheritdoc cref="JsonTokenReader.Read"/>
    public object? Read(ReadOnlySpan<byte> json, JsonShape shape, object? earlier, EventBytes? own = null)
    {
        if (earlier is JsonModel before && own is null)
        {
            Passes++;
            if (TryRepeat(json, shape, before, out var repeat))
            {
                return repeat;
            }
        }

        Passes++;
        return _tokens.Read(json, shape, earlier, own);
    }

    /// <summary>Reads JSON that is laid out like the object before, or refuses it.</summary>
    public bool TryRepeat(ReadOnlySpan<byte> json, JsonShape shape, JsonModel earlier, out JsonModel? model)
    {
        // No string holds them as they are, so that a quote or a backslash is all to be looked for.
        // Startup: no SearchValues (docs/startup.md).
        model = null;
        if (json.IndexOfAnyInRange((byte)0, (byte)0x1F) >= 0)
        {
            return false;
        }

        int at = 0;
        _depth = 0;
        model = ReadModel(json, ref at, shape, earlier);
        if (model is not null && at == json.Length)
        {
            return true;
        }

        Pop(0);
        model = null;
        return false;
    }

    private JsonModel? ReadModel(ReadOnlySpan<byte> json, ref int at, JsonShape shape, JsonModel earlier)
    {
        var fields = earlier.Fields;
        object?[] earlierValues = earlier.Values;
        if (fields.Length == 0 || earlierValues.Length != fields.Length || ++_depth > MaxDepth)
        {
            return null;
        }

        shape = shape.ResolveLike(fields, earlierValues);
        object?[] values = new object?[fields.Length];
        for (int i = 0; i < fields.Length; i++)
        {
            var field = fields[i];
            if (!Skip(json, ref at, i == 0 ? (byte)'{' : (byte)',') || !field.SkipName(json, ref at) ||
                !TryReadValue(json, ref at, shape, field, earlierValues[i], out object? value) ||
                (field.IsType && !ReferenceEquals(value, earlierValues[i]))) // an object that says it is of another type
            {
                return null;
            }

            values[i] = value;
        }

        if (!Skip(json, ref at, (byte)'}'))
        {
            return null;
        }

        var model = shape.Create();
        model.Attach(fields, values);
        _depth--;
        return model;
    }

    private bool TryReadValue(ReadOnlySpan<byte> json, ref int at, JsonShape parent, JsonField field, object? earlier, out object? value)
    {
        switch (at < json.Length ? json[at] : default)
        {
            case (byte)'{':
                value = earlier is JsonModel model ? ReadModel(json, ref at, parent.Child(field.Name) ?? JsonMap.Shape, model) : null;
                return value is not null;
            case (byte)'[':
                value = earlier is object?[] items ? ReadArray(json, ref at, parent.Child(field.Name), items) : null;
                return value is not null;
            default:
                return TryReadScalar(json, ref at, earlier, !field.IsType, out value);
        }
    }

    private object?[]? ReadArray(ReadOnlySpan<byte> json, ref int at, JsonShape? shape, object?[] earlier)
    {
        if (++_depth > MaxDepth)
        {
            return null;
        }

        int start = _top;
        bool allModels = shape is not null;
        at++; // the bracket
        while (!Skip(json, ref at, (byte)']'))
        {
            int position = _top - start;
            object? before = position < earlier.Length ? earlier[position] : null;
            if ((position > 0 && !Skip(json, ref at, (byte)',')) || at == json.Length)
            {
                return null;
            }

            bool isModel = json[at] == (byte)'{';
            object? item = isModel && before is JsonModel model ? ReadModel(json, ref at, shape ?? JsonMap.Shape, model) : null;
            if (isModel ? item is null : !TryReadScalar(json, ref at, before, false, out item))
            {
                return null; // a list in a list, too: rare
            }

            allModels &= item is JsonModel;
            Push(item);
        }

        var items = _items.AsSpan(start, _top - start);
        object?[] array = allModels ? shape!.ToArray(items) : items.ToArray();
        Pop(start);
        _depth--;
        return array;
    }

    /// <param name="json">The JSON.</param>
    /// <param name="at">Where the value begins, then where it ends.</param>
    /// <param name="earlier">What was in its place before.</param>
    /// <param name="mayStay">Whether it is a field's, where a long text may stay bytes.</param>
    /// <param name="value">The value.</param>
    private static bool TryReadScalar(ReadOnlySpan<byte> json, ref int at, object? earlier, bool mayStay, out object? value)
    {
        value = null;
        if (at >= json.Length)
        {
            return false;
        }

        switch (json[at])
        {
            case (byte)'"':
                return TryReadString(json, ref at, earlier, mayStay, out value);
            case (byte)'n':
                return Skip(json, ref at, "null"u8);
            case (byte)'t':
                value = JsonValue.Box(true);
                return Skip(json, ref at, "true"u8);
            case (byte)'f':
                value = JsonValue.Box(false);
                return Skip(json, ref at, "false"u8);
            default:
                return TryReadNumber(json, ref at, earlier, out value);
        }
    }

    private static bool TryReadString(ReadOnlySpan<byte> json, ref int at, object? earlier, bool mayStay, out object? value)
    {
        var text = json.Slice(at + 1);
        int length = text.IndexOfAny((byte)'"', (byte)'\\');
        if (length >= 0 && text[length] == (byte)'"')
        {
            text = text.Slice(0, length);
            value = (mayStay ? JsonLongText.From(text, earlier, null, 0) : null)
                ?? (earlier is string before && Ascii.Equals(text, before) ? before : Encoding.UTF8.GetString(text));
            at += length + 2;
            return true;
        }

        value = null;
        return length >= 0 && TryReadToken(json, ref at, EndOfString(text, length) + 2, earlier, out value);
    }

    /// <summary>Where a string with escapes ends; -2 when it does not.</summary>
    private static int EndOfString(ReadOnlySpan<byte> text, int from)
    {
        while (from < text.Length)
        {
            int next = text.Slice(from).IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
            {
                break;
            }

            from += next;
            if (text[from] == (byte)'"')
            {
                return from;
            }

            from += 2; // what is escaped does not end it
        }

        return -2;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> json, ref int at, object? earlier, out object? value)
    {
        long number = 0;
        int length = 0;
        for (; at + length < json.Length && json[at + length] is >= (byte)'0' and <= (byte)'9' && length < 18; length++)
        {
            number = (number * 10) + json[at + length] - '0';
        }

        bool isWhole = at + length < json.Length && json[at + length] is (byte)',' or (byte)'}' or (byte)']';
        if (length > 0 && isWhole && (length == 1 || json[at] != (byte)'0'))
        {
            value = earlier is long same && same == number ? earlier : JsonValue.Box(number);
            at += length;
            return true;
        }

        int end = json.Slice(at).IndexOfAny((byte)',', (byte)'}', (byte)']');
        return TryReadToken(json, ref at, end, earlier, out value);
    }

    /// <summary>A string or a number that is not simple.</summary>
    private static bool TryReadToken(ReadOnlySpan<byte> json, ref int at, int length, object? earlier, out object? value)
    {
        value = null;
        if (length <= 0 || !JsonTokenReader.TryReadScalar(json.Slice(at, length), earlier, out value))
        {
            return false;
        }

        at += length;
        return true;
    }

    private static bool Skip(ReadOnlySpan<byte> json, ref int at, byte expected)
    {
        if (at >= json.Length || json[at] != expected)
        {
            return false;
        }

        at++;
        return true;
    }

    private static bool Skip(ReadOnlySpan<byte> json, ref int at, ReadOnlySpan<byte> expected)
    {
        if (!json.Slice(at).StartsWith(expected))
        {
            return false;
        }

        at += expected.Length;
        return true;
    }

    private void Push(object? item)
    {
        if (_top == _items.Length)
        {
            Array.Resize(ref _items, _top * 2);
        }

        _items[_top++] = item;
        if (_top % ItemsBetweenChecks == 0)
        {
            Check?.Invoke();
        }
    }

    private void Pop(int start)
    {
        Array.Clear(_items, start, _top - start);
        _top = start;
    }
}
