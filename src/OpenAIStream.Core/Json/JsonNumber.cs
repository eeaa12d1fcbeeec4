using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>A number that a long or a double could not return as it was written; it is kept as text.</summary>
internal sealed class JsonNumber(string text)
{
    public string Text { get; } = text;

    /// <summary>Reads a number: as a long or a double where that gives it back as it was written.</summary>
    /// <param name="reader">At the number.</param>
    /// <param name="earlier">The value that was read before, which is returned again where it is the same.</param>
    public static object Read(ref Utf8JsonReader reader, object? earlier)
    {
        var text = reader.ValueSpan;
        bool isNegativeZero = text.Length == 2 && text[0] == (byte)'-' && text[1] == (byte)'0';
        if (!isNegativeZero && reader.TryGetInt64(out long integer))
        {
            return earlier is long same && same == integer ? earlier : JsonValue.Box(integer);
        }

        // A double preserves up to 15 digits, but neither an exponent nor a trailing zero, and writes small numbers with an
        // exponent.
        return text.Length <= 16 && text[text.Length - 1] != (byte)'0' && text.IndexOfAny((byte)'e', (byte)'E') < 0 &&
            reader.TryGetDouble(out double number) && Math.Abs(number) >= 1e-4
            ? number
            : new JsonNumber(Encoding.ASCII.GetString(text));
    }

    /// <summary>The nearest double; a number that is too large becomes infinite, which .NET Framework reports as an error.</summary>
    public double ToDouble() => double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number
        : Text[0] == '-' ? double.NegativeInfinity
        : double.PositiveInfinity;
}
