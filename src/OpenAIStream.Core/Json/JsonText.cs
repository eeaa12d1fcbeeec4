using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenAIStream;

/// <summary>
/// JSON strings with what System.Text.Json refuses: half of a surrogate pair. Services split emoji between two chunks; the
/// halves are kept, and the joined text is complete again.
/// </summary>
internal static class JsonText
{
    public static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static readonly JsonWriterOptions Indented = Compact with { Indented = true };

    public static string Of(object jsonNode) => jsonNode switch
    {
        JsonElement element => element.GetRawText(),
        JsonNode node => node.ToJsonString(),
        JsonDocument document => document.RootElement.GetRawText(),
        _ => throw new ArgumentException("Not a JSON node.", nameof(jsonNode)),
    };

    /// <summary>The string or name that a reader is at: the earlier one if it is equal.</summary>
    public static string Read(ref Utf8JsonReader reader, string? earlier = null)
    {
        if (!reader.ValueIsEscaped)
        {
            return Utf8.ToString(reader.ValueSpan, earlier);
        }

        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Unescape(Encoding.UTF8.GetString(reader.ValueSpan));
        }
    }

    public static bool HasLoneSurrogate(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The text as a JSON string, including quotes, with lone surrogates as escapes.</summary>
    public static string Escape(string text)
    {
        var result = new StringBuilder(text.Length + 16).Append('"');
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                result.Append(c).Append(text[++i]);
            }
            else if (c < ' ' || char.IsSurrogate(c))
            {
                result.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                result.Append(c is '"' or '\\' ? "\\" : "").Append(c);
            }
        }

        return result.Append('"').ToString();
    }

    /// <summary>The content of a JSON string whose escapes the reader has found to be well-formed.</summary>
    public static string Unescape(string escaped)
    {
        var result = new StringBuilder(escaped.Length);
        for (int i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
            {
                result.Append(escaped[i]);
                continue;
            }

            char kind = escaped[++i];
            if (kind == 'u')
            {
                result.Append((char)ushort.Parse(escaped.Substring(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 4;
            }
            else
            {
                result.Append(kind switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', _ => kind });
            }
        }

        return result.ToString();
    }
}
