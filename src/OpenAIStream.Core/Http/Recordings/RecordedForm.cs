using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>
/// A form (<c>multipart/form-data</c>) as JSON: its fields by name, a file as its name, length and SHA-256. So forms are
/// compared as other bodies are, whatever their boundary, and no recording holds the files that were sent.
/// </summary>
internal static class RecordedForm
{
    private static readonly Regex NamePattern = new("[; ]name=\"([^\"]*)\"", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);
    private static readonly Regex FileNamePattern = new("filename=\"([^\"]*)\"", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    /// <summary>Null when it is no well-formed form.</summary>
    public static byte[]? ToJson(byte[] body, MediaTypeHeaderValue type)
    {
        string? boundary = type.Parameters.FirstOrDefault(static parameter => parameter.Name == "boundary")?.Value?.Trim('"');
        if (boundary is null || Parts(body, "--" + boundary) is not { } parts)
        {
            return null;
        }

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
                    part.WriteTo(writer);
                }

                if (field.Count() > 1)
                {
                    writer.WriteEndArray();
                }
            }

            writer.WriteEndObject();
        });
    }

    /// <summary>What stands for bytes that nobody reads.</summary>
    public static byte[] Digest(byte[] content) => RecordedRequest.LaidOut(writer =>
    {
        writer.WriteStartObject();
        WriteDigest(writer, content);
        writer.WriteEndObject();
    });

    private static List<Part>? Parts(byte[] body, string delimiter)
    {
        var parts = new List<Part>();
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
            parts.Add(new Part(name.Groups[1].Value, file.Success ? file.Groups[1].Value : null, body.AsSpan(at + head + blank.Length, length).ToArray()));
            at += head + blank.Length + length + between.Length;
            if (body.AsSpan(at).StartsWith("--"u8))
            {
                return parts;
            }

            at += 2; // the line's end
            if (at >= body.Length)
            {
                return null;
            }
        }
    }

    private static void WriteDigest(Utf8JsonWriter writer, byte[] content)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(content);
        writer.WriteNumber("bytes", content.Length);
        writer.WriteString("sha256", string.Concat(sha.GetHashAndReset().Select(static b => b.ToString("x2", CultureInfo.InvariantCulture))));
    }

    private sealed record Part(string Name, string? FileName, byte[] Content)
    {
        public void WriteTo(Utf8JsonWriter writer)
        {
            if (FileName is null)
            {
                writer.WriteStringValue(Encoding.UTF8.GetString(Content));
                return;
            }

            writer.WriteStartObject();
            writer.WriteString("filename", FileName);
            WriteDigest(writer, Content);
            writer.WriteEndObject();
        }
    }
}
