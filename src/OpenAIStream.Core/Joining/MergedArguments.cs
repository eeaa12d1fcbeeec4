using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// A call's arguments: JSON text that comes in pieces, as an object, whole and then again, or each time as far as it has
/// come. What cannot be told stays as it was sent, and is no JSON then: a tool is run with what was asked for, or not at all.
/// </summary>
internal sealed class MergedArguments : Merged
{
    private readonly StringBuilder _text = new();
    private readonly JsonExtent _extent = new();
    private object? _absent;    // what was said in place of arguments
    private string? _latest;    // the last piece, as long as each has begun with the one before

    /// <summary>Whether none have come.</summary>
    public bool IsEmpty => _text.Length == 0;

    /// <summary>Whether they are a whole object.</summary>
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
                _absent = "{}"; // none; PHP writes an empty object as an empty list
                break;
            case null or string:
                _absent ??= value;
                break;
            default:
                Add(JsonModelWriter.ToText(value)); // no arguments, and told so when they are read
                break;
        }
    }

    /// <summary>Whether a piece says what has been said as a whole.</summary>
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

        // Each piece may repeat those before it. That shows only at the end: {"a": and {"a":1}} may be one object in another.
        _latest = IsEmpty || (_latest is not null && piece.StartsWith(_latest, StringComparison.Ordinal)) ? piece : null;
        _text.Append(piece);
        _extent.Add(piece);
    }

    private bool IsSame(string piece)
    {
        string before = _text.ToString();
        return piece == before || (piece.Length > 1 && piece.TrimStart() is ['{' or '"', ..] && Canonical(piece) is string same && same == Canonical(before));
    }

    /// <summary>JSON without its white space, also where it is written as a text once more; null for what is no JSON.</summary>
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
