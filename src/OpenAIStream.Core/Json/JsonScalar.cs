using System.Text;

namespace OpenAIStream;

/// <summary>Reads strings, numbers and literals in place, the frequent forms by hand and the others like <see cref="JsonTokenReader"/>.</summary>
internal static class JsonScalar
{
    private const int ShortText = 32;

    /// <summary>Reads a value; returns false if it is not a valid scalar.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="at">The beginning of the value, then its end.</param>
    /// <param name="earlier">The value that was in its place before.</param>
    /// <param name="mayStay">Whether it is the value of a field, where a long text can stay bytes.</param>
    /// <param name="value">The value.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, ref int at, object? earlier, bool mayStay, out object? value)
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
        int length = EndOfPlain(text);
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

    /// <summary>
    /// The position of the quotation mark, the escape or the control character that ends the plain text; -1 if nothing does.
    /// Most texts are a word, for which a loop is as fast as a search. Startup: it avoids one (docs/startup.md).
    /// </summary>
    private static int EndOfPlain(ReadOnlySpan<byte> text)
    {
        int end = 0;
        while (end < text.Length && end < ShortText && text[end] is >= 0x20 and not (byte)'"' and not (byte)'\\')
        {
            end++;
        }

        if (end < ShortText)
        {
            return end < text.Length ? end : -1;
        }

        int rest = text.Slice(end).IndexOfAny((byte)'"', (byte)'\\');
        int control = text.Slice(end, rest < 0 ? text.Length - end : rest).IndexOfAnyInRange((byte)0, (byte)0x1F);
        return control >= 0 ? end + control : rest >= 0 ? end + rest : -1;
    }

    /// <summary>The end of a string with escapes; -2 if it does not end.</summary>
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

            from += 2; // an escaped character does not end it
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

    private static bool Skip(ReadOnlySpan<byte> json, ref int at, ReadOnlySpan<byte> expected)
    {
        if (!json.Slice(at).StartsWith(expected))
        {
            return false;
        }

        at += expected.Length;
        return true;
    }
}
