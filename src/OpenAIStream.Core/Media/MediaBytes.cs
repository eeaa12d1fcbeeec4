namespace OpenAIStream;

/// <summary>Images and audio out of the Base64 that services send them in.</summary>
internal static class MediaBytes
{
    /// <param name="base64">The field of the response.</param>
    /// <param name="what">image or audio.</param>
    /// <param name="address">Where it is instead; null where the service names no place.</param>
    /// <exception cref="ResponseFormatException">There is none, or not as Base64.</exception>
    public static byte[] Read(string? base64, string what, string? address = null)
    {
        if (string.IsNullOrEmpty(base64))
        {
            throw Missing(what, string.IsNullOrEmpty(address) ? $"The response has no {what}."
                : IsDataUrl(address!) ? $"The response has the {what} as a data URL ({TypeOf(address!)}), not as Base64."
                : $"The response has the address of the {what}, not the {what} itself: {address}");
        }

        if (IsDataUrl(base64!))
        {
            throw Missing(what, $"The response has the {what} as a data URL ({TypeOf(base64!)}), not as Base64.");
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
