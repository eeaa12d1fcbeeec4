using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// A long text that stays bytes until it is read: the Base64 of an image or of audio is decoded from them without becoming
/// a string, and much of what a service repeats is never read. It has no escapes.
/// </summary>
internal sealed class JsonLongText
{
#if DEBUG
    public const int Shortest = 24; // so short that tests meet it everywhere
#else
    public const int Shortest = 1024;
#endif
    private object _value; // the bytes, or after the first reading the text, so that memory does not hold both

    private JsonLongText(ArraySegment<byte> utf8) => _value = utf8;

    public ReadOnlySpan<byte> Utf8 => _value switch
    {
        ArraySegment<byte> utf8 => utf8,
        var text => Encoding.UTF8.GetBytes((string)text),
    };

    /// <summary>The text, created when it is first read. Two threads may create it twice, with the same result.</summary>
    public string Text
    {
        get
        {
            if (_value is ArraySegment<byte> utf8)
            {
                _value = Encoding.UTF8.GetString(utf8.Array!, utf8.Offset, utf8.Count);
            }

            return (string)_value;
        }
    }

    /// <summary>Writes the text as the value of a field.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        if (_value is ArraySegment<byte> utf8 && Ascii.IsValid(utf8))
        {
            writer.WriteStringValue(utf8);
        }
        else
        {
            writer.WriteStringValue(Text); // other bytes may be invalid, which the writer refuses and the text replaces
        }
    }

    private bool Is(ReadOnlySpan<byte> utf8) => _value is string text ? Ascii.Equals(utf8, text) : utf8.SequenceEqual(Utf8);

    /// <summary>A value as a reader of the field sees it: the text itself.</summary>
    public static object? Read(object? value) => value is JsonLongText text ? text.Text : value;

    /// <summary>A text, or the earlier one if it is equal; null if the text has to be a string.</summary>
    /// <param name="utf8">The inside of a JSON string without escapes.</param>
    /// <param name="earlier">The earlier value of the field.</param>
    /// <param name="json">The bytes, if they may be kept; otherwise they are copied.</param>
    /// <param name="at">The position of the text in these bytes.</param>
    public static object? From(ReadOnlySpan<byte> utf8, object? earlier, EventBytes? json, int at)
    {
        if (utf8.Length < Shortest)
        {
            return null;
        }

        // A small part of an event is copied anyway, because it would keep the rest in memory.
        return earlier is JsonLongText before && before.Is(utf8) ? before
            : new JsonLongText(utf8.Length > json?.Length / 2 ? json!.Keep(at, utf8.Length) : new ArraySegment<byte>(utf8.ToArray()));
    }
}
