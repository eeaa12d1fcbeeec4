using System.Text;

namespace OpenAIStream;

internal static class Utf8
{
    /// <summary>The bytes as a string: the earlier one when it says the same, so that what repeats in a stream exists once.</summary>
    public static string ToString(ReadOnlySpan<byte> utf8, string? earlier)
    {
        if (earlier is not null && utf8.IsAsciiEqual(earlier))
        {
            return earlier;
        }

        return utf8.IsEmpty ? "" : Encoding.UTF8.GetString(utf8);
    }
}
