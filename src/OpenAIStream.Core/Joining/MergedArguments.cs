using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// The arguments of a call: JSON text that arrives in pieces, as an object, complete and then repeated, or each time as far
/// as it has been written. What cannot be interpreted stays as it was sent and is then not valid JSON: a tool runs with
/// exactly the requested arguments, or not at all.
/// </summary>
internal sealed class MergedArguments : Merged
{
    private readonly StringBuilder _text = new();
    private readonly JsonExtent _extent = new();
    private object? _absent;    // what was sent instead of arguments
    private string? _latest;    // the last piece, as long as each piece starts with the one before

    /// <summary>Whether there are no arguments.</summary>
    public bool IsEmpty => _text.Length == 0;

    /// <summary>Whether the arguments are a complete object.</summary>
    public bool IsWhole => _extent.IsWhole;

    public void Add(object? value)
    {
        switch (value)
        {
            case JsonModel { Fields.Length: > 0 } model:
                Add(model.ToJson());
                break;
            case string { Length: > 0 } text:
                Add(text);
                break;
            case JsonModel or Array { Length: 0 }:
                _absent = "{}"; // no arguments; PHP writes an empty object as an empty list
                break;
            case null or string:
                _absent ??= value;
                break;
            default:
                Add(JsonModelWriter.ToText(value)); // not arguments, which is reported when they are read
                break;
        }
    }

    /// <summary>Whether a piece repeats the complete arguments.</summary>
    public bool IsRepeatedBy(object? piece) => IsWhole && piece switch
    {
        JsonModel model => IsSame(model.ToJson()),
        string text => IsSame(text),
        _ => false,
    };

    public override object? Build(JsonShape? shape) =>
        IsEmpty ? _absent
        : !IsWhole && _latest is not null && JsonExtent.IsWholeObject(_latest) ? _latest
        : _text.ToString();

    private void Add(string piece)
    {
        if (IsWhole && IsSame(piece))
        {
            return;
        }

        // Each piece may repeat all pieces before it. This shows only at the end: {"a": and {"a":1}} could be one object
        // inside another.
        _latest = IsEmpty || (_latest is not null && piece.StartsWith(_latest, StringComparison.Ordinal)) ? piece : null;
        _text.Append(piece);
        _extent.Add(piece);
    }

    private bool IsSame(string piece)
    {
        string before = _text.ToString();
        return piece == before || (piece.Length > 1 && piece.TrimStart() is ['{' or '"', ..] && Canonical(piece) is string same && same == Canonical(before));
    }

    /// <summary>JSON without white space, also if it is written as a string again; null if it is not JSON.</summary>
    private static string? Canonical(string json)
    {
        try
        {
            object? value = JsonTokenReader.ParseValue(json);
            return value is string text ? Canonical(text) : JsonModelWriter.ToText(value);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
