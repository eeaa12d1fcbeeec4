using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>
/// A form (<c>multipart/form-data</c>) as JSON: its fields by name, a file as its name, length and SHA-256. So forms are
/// compared like other bodies, whatever their boundary, and recordings do not contain the files.
/// </summary>
internal static class RecordedForm
{
    private static readonly Regex NamePattern = new("[; ]name=\"([^\"]*)\"", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);
    private static readonly Regex FileNamePattern = new("filename=\"([^\"]*)\"", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    /// <summary>Null if it is not a well-formed form.</summary>
    public static byte[]? ToJson(byte[] body, MediaTypeHeaderValue type)
    {
        string? boundary = type.Parameters.FirstOrDefault(static parameter => parameter.Name == "boundary")?.Value?.Trim('"');
        return boundary is null || Parts(body, "--" + boundary) is not { } parts ? null : ToJson(parts);
    }

    /// <summary>The same for a form whose parts are known. Files are read, but not held in memory.</summary>
    public static byte[] ToJson(IEnumerable<FormPart> parts)
    {
        return RecordedRequest.LaidOut(writer =>
        {
            writer.WriteStartObject();
            foreach (var field in parts.GroupBy(static part => part.Name))
            {
                writer.WritePropertyName(field.Key);
                if (field.Count() > 1)
                {
                    writer.WriteStartArray();
                }

                foreach (var part in field)
                {
                    Write(writer, part);
                }

                if (field.Count() > 1)
                {
                    writer.WriteEndArray();
                }
            }

            writer.WriteEndObject();
        });
    }

    /// <summary>The replacement for bytes that nobody reads.</summary>
    /// <param name="pieces">The bytes, one piece after another.</param>
    public static byte[] Digest(IEnumerable<Stream> pieces) => RecordedRequest.LaidOut(writer =>
    {
        writer.WriteStartObject();
        WriteDigest(writer, pieces);
        writer.WriteEndObject();
    });

    private static List<FormPart>? Parts(byte[] body, string delimiter)
    {
        var parts = new List<FormPart>();
        byte[] first = Encoding.UTF8.GetBytes(delimiter + "\r\n");
        byte[] between = Encoding.UTF8.GetBytes("\r\n" + delimiter);
        byte[] blank = Encoding.UTF8.GetBytes("\r\n\r\n");
        if (!body.AsSpan().StartsWith(first))
        {
            return null;
        }

        for (int at = first.Length; ;)
        {
            int head = body.AsSpan(at).IndexOf(blank);
            int length = head < 0 ? -1 : body.AsSpan(at + head + blank.Length).IndexOf(between);
            if (length < 0)
            {
                return null;
            }

            string headers = Encoding.UTF8.GetString(body, at, head);
            if (NamePattern.Match(headers) is not { Success: true } name)
            {
                return null;
            }

            var file = FileNamePattern.Match(headers);
            parts.Add(FormPart.Of(name.Groups[1].Value, file.Success ? file.Groups[1].Value : null, body.AsSpan(at + head + blank.Length, length).ToArray(), null));
            at += head + blank.Length + length + between.Length;
            if (body.AsSpan(at).StartsWith("--"u8))
            {
                return parts;
            }

            at += 2; // the line end
            if (at >= body.Length)
            {
                return null;
            }
        }
    }

    private static void Write(Utf8JsonWriter writer, FormPart part)
    {
        if (part.FileName is null)
        {
            using var text = new StreamReader(part.Open(), Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
            writer.WriteStringValue(text.ReadToEnd());
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("filename", part.FileName);
        WriteDigest(writer, [part.Open()]);
        writer.WriteEndObject();
    }

    private static void WriteDigest(Utf8JsonWriter writer, IEnumerable<Stream> pieces)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[64 * 1024];
        long length = 0;
        foreach (var piece in pieces)
        {
            using (piece)
            {
                int count;
                while ((count = piece.Read(buffer, 0, buffer.Length)) > 0)
                {
                    sha.AppendData(buffer, 0, count);
                    length += count;
                }
            }
        }

        writer.WriteNumber("bytes", length);
        writer.WriteString("sha256", string.Concat(sha.GetHashAndReset().Select(static b => b.ToString("x2", CultureInfo.InvariantCulture))));
    }
}
