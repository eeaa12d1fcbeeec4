using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>A request as it is recorded. Recording and comparison both use this class.</summary>
internal sealed class RecordedRequest
{
    private static readonly JsonWriterOptions ForReading = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private RecordedRequest(HttpRequestMessage message, Redaction redaction, byte[] body)
    {
        Redaction = redaction;
        Method = message.Method.Method.ToUpperInvariant();
        Path = redaction.Path(message.RequestUri!);
        Headers = redaction.RequestHeaders(message);
        Body = redaction.Bytes(body);
    }

    public Redaction Redaction { get; }

    public string Method { get; }

    public string Path { get; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    public byte[] Body { get; }

    public static async Task<RecordedRequest> OfAsync(HttpRequestMessage message, Secrets secrets)
    {
        byte[] body;
        if (message.Content is SentContent { Body: { Content: null } streamed })
        {
            body = Readable(streamed);
            secrets.AddBody(body);
        }
        else
        {
            body = message.Content is null ? [] : await SentContent.ReadAsync(message.Content).ConfigureAwait(false);
            secrets.AddBody(body);
            body = Readable(body, message.Content);
        }

        return new RecordedRequest(message, new Redaction(message, secrets), body);
    }

    /// <summary>The body as a JSON value; null if it is not JSON.</summary>
    public static JsonElement? Json(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = JsonModelReader.MaxDepth });
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A body that is read while it is sent, and is not held in memory here either.</summary>
    private static byte[] Readable(RequestBody body) => body is RequestForm form ? RecordedForm.ToJson(form.Parts) : RecordedForm.Digest(body.Open());

    private static byte[] Readable(byte[] body, HttpContent? content)
    {
        if (body.Length == 0)
        {
            return body;
        }

        var type = content?.Headers.ContentType;
        if (type?.MediaType == "multipart/form-data" && RecordedForm.ToJson(body, type) is byte[] form)
        {
            return form;
        }

        return Json(body) is JsonElement json ? LaidOut(json) ?? body : IsText(body) ? body : RecordedForm.Digest([new MemoryStream(body)]);
    }

    internal static byte[] LaidOut(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, ForReading))
        {
            write(writer);
        }

        // The writer uses the line ends of the system; JSON strings contain no line breaks.
        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes.ToArray()).Replace("\r\n", "\n") + "\n");
    }

    private static byte[]? LaidOut(JsonElement json)
    {
        try
        {
            return LaidOut(json.WriteTo);
        }
        catch (InvalidOperationException)
        {
            return null; // a string with half a surrogate pair is valid JSON, but not text
        }
    }

    private static bool IsText(byte[] body) => Utf8.Decode(body)?.IndexOf('\0') < 0;
}
