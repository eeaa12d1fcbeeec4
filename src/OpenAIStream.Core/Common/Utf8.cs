using System.Text;

namespace OpenAIStream;

internal static class Utf8
{
    /// <summary>Throws at bytes that are no UTF-8, instead of replacing them.</summary>
    public static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The bytes as a string, exactly; null when they are no UTF-8.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The bytes as a string: the earlier one when it says the same, so that what repeats in a stream exists once.</summary>
    public static string ToString(ReadOnlySpan<byte> utf8, string? earlier)
    {
        if (earlier is not null && Ascii.Equals(utf8, earlier))
        {
            return earlier;
        }

        return utf8.IsEmpty ? "" : Encoding.UTF8.GetString(utf8);
    }
}
