using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace OpenAIStream;

/// <summary>Reads images and audio from the Base64 in which services send them.</summary>
internal static class MediaBytes
{
    /// <param name="model">The object that contains it.</param>
    /// <param name="field">The field.</param>
    /// <param name="what">image or audio.</param>
    /// <param name="address">The address instead of the data; null if the service sends none.</param>
    /// <exception cref="ResponseFormatException">There is none, or it is not Base64.</exception>
    public static byte[] Read(JsonModel? model, string field, string what, string? address = null) =>
        model?.FindHeld(field) is JsonLongText text && TryDecode(text.Utf8) is byte[] bytes ? bytes : Read(model?.Find(field) as string, what, address);

    /// <summary>The number of bytes in the Base64 of a field; null if there is none.</summary>
    public static long? CountBytes(JsonModel model, string field)
    {
        switch (model.FindHeld(field))
        {
            case JsonLongText text:
                var utf8 = text.Utf8;
                return CountBytes(utf8.Length, utf8.EndsWith("=="u8) ? 2 : utf8.EndsWith("="u8) ? 1 : 0);
            case string text:
                return CountBytes(text.Length, text.Length - text.TrimEnd('=').Length);
            default:
                return null;
        }
    }

    /// <summary>The Base64 of bytes that arrived in pieces, as a field contains it.</summary>
    public static object ToBase64(List<byte[]> pieces)
    {
        byte[] bytes = new byte[pieces.Sum(static piece => piece.Length)];
        int at = 0;
        foreach (byte[] piece in pieces)
        {
            piece.CopyTo(bytes, at);
            at += piece.Length;
        }

        byte[] base64 = new byte[Base64.GetMaxEncodedToUtf8Length(bytes.Length)];
        Base64.EncodeToUtf8(bytes, base64, out _, out _);
        return JsonLongText.From(base64, null, new EventBytes(base64, 0, base64.Length), 0) ?? Encoding.ASCII.GetString(base64);
    }

    private static long CountBytes(int characters, int padding) => (characters - padding) * 3L / 4;

    /// <summary>Decodes canonical Base64 without white space; null for any other.</summary>
    private static byte[]? TryDecode(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length % 4 != 0)
        {
            return null;
        }

        byte[] bytes = Compat.NewBytes((utf8.Length / 4 * 3) - (utf8.EndsWith("=="u8) ? 2 : utf8.EndsWith("="u8) ? 1 : 0));
        return Base64.DecodeFromUtf8(utf8, bytes, out _, out int written) == OperationStatus.Done && written == bytes.Length ? bytes : null;
    }

    private static byte[] Read(string? base64, string what, string? address)
    {
        if (string.IsNullOrEmpty(base64))
        {
            throw Missing(what, string.IsNullOrEmpty(address) ? $"The response contains no {what}."
                : IsDataUrl(address!) ? $"The response contains the {what} as a data URL ({TypeOf(address!)}), not as Base64."
                : $"The response contains the address of the {what}, not the {what} itself: {address}");
        }

        if (IsDataUrl(base64!))
        {
            throw Missing(what, $"The response contains the {what} as a data URL ({TypeOf(base64!)}), not as Base64.");
        }

        try
        {
            return Convert.FromBase64String(base64!);
        }
        catch (FormatException exception)
        {
            throw Missing(what, FormattableString.Invariant($"The {what} in the response is not valid Base64 ({base64!.Length} characters)."), exception);
        }
    }

    private static ResponseFormatException Missing(string what, string message, Exception? reason = null) => new(message, reason) { MissingMedia = what };

    private static bool IsDataUrl(string text) => text.StartsWith("data:", StringComparison.OrdinalIgnoreCase);

    private static string TypeOf(string dataUrl) => Excerpt.OneLine(dataUrl.Substring("data:".Length).Split(';', ',')[0], 50) is { Length: > 0 } type ? type : "text/plain";
}
