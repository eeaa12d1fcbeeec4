using System.Text;

namespace OpenAIStream;

internal static class Utf8
{
    /// <summary>Throws for bytes that are not UTF-8, instead of replacing them.</summary>
    public static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The bytes as a string, unchanged; null if they are not UTF-8.</summary>
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

    /// <summary>The bytes as a string: the earlier string if it is equal, so that repeated values exist only once.</summary>
    public static string ToString(ReadOnlySpan<byte> utf8, string? earlier)
    {
        if (earlier is not null && Ascii.Equals(utf8, earlier))
        {
            return earlier;
        }

        return utf8.IsEmpty ? "" : Encoding.UTF8.GetString(utf8);
    }
}
