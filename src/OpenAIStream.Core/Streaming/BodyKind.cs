using System.Text;

namespace OpenAIStream;

/// <summary>The kind of a response body, by its declared type and its first character.</summary>
internal static class BodyKind
{
    private const int LongestQuote = 100;

    /// <summary>The maximum number of bytes of a body that an error reads.</summary>
    public const int MostQuotedBytes = 2000;

    /// <summary>The name of a stream in an error message.</summary>
    public const string Events = "an event stream";

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Whether a body with this type can contain events: some servers omit the type or send a wrong one.</summary>
    public static bool MayBeEvents(string mediaType) =>
        mediaType is "" or "text/event-stream" or "text/plain" or "application/octet-stream" or "application/json" or "application/problem+json";

    /// <summary>Whether a body that begins like this can be of more than one kind.</summary>
    public static bool IsUndecided(ReadOnlySpan<byte> bytes)
    {
        var start = Start(bytes);
        return start.IsEmpty || ByteOrderMark.StartsWith(bytes) || "data:"u8.StartsWith(start) || "event:"u8.StartsWith(start) || "id:"u8.StartsWith(start) || "retry:"u8.StartsWith(start)
            || "error:"u8.StartsWith(start) || start is [(byte)'{' or (byte)'[' or (byte)'<'];
    }

    /// <summary>The first character that is not white space; null if there is none yet.</summary>
    public static char? FirstCharacter(ReadOnlySpan<byte> bytes) => Start(bytes) is [var first, ..] ? (char)first : null;

    /// <summary>The bytes from the first one that is not white space.</summary>
    public static ReadOnlySpan<byte> Start(ReadOnlySpan<byte> bytes)
    {
        bytes = WithoutMark(bytes);
        int start = 0;
        while (start < bytes.Length && bytes[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            start++; // Startup: no TrimStart (docs/startup.md)
        }

        return bytes.Slice(start);
    }

    /// <summary>Whether a body that begins like this is JSON or a web page, if no other possible kind begins like this.</summary>
    public static bool IsText(ReadOnlySpan<byte> start) => Start(start) is [(byte)'{', (byte)'"' or (byte)'}' or (byte)' ' or (byte)'\r' or (byte)'\n', ..]
        or [(byte)'[', (byte)'{' or (byte)']', ..] or [(byte)'<', (byte)'!' or (byte)'h' or (byte)'H' or (byte)'?', ..];

    /// <summary>The bytes after a byte order mark.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith(ByteOrderMark) ? bytes.Slice(ByteOrderMark.Length) : bytes;

    /// <summary>Whether a body is audio: by its declared type, unless it begins like something else.</summary>
    public static async Task<bool> IsAudioAsync(OpenBody body)
    {
        bool mayBe = body.MediaType.StartsWith("audio/", StringComparison.Ordinal) || body.MediaType is "application/octet-stream" or "";
        byte[] start = mayBe ? await body.PeekAsync().ConfigureAwait(false) : [];
        return start.Length > 0 && !IsText(start) && !SseFrame.IsStart(Start(start))
            && (body.MediaType.Length > 0 || MediaKind.Of(start) is { Family: "audio" });
    }

    /// <summary>Refuses a body that cannot contain events: if its declared type suggests that, its first bytes decide.</summary>
    /// <exception cref="ResponseFormatException">The body cannot contain events.</exception>
    public static Task CheckEventsAsync(OpenBody body, Secrets secrets) =>
        MayBeEvents(body.MediaType) ? Task.CompletedTask : CheckStartAsync(body, secrets);

    private static async Task CheckStartAsync(OpenBody body, Secrets secrets)
    {
        byte[] start = await body.PeekAsync().ConfigureAwait(false);
        if (!SseFrame.IsStart(Start(start)) && FirstCharacter(start) is not ('{' or '['))
        {
            throw await UnexpectedAsync(Events, body, OpenBody.Nothing, secrets).ConfigureAwait(false);
        }
    }

    /// <summary>The error for a body that is not what was requested. It quotes the text of the body.</summary>
    /// <param name="wanted">What was requested.</param>
    /// <param name="body">The body.</param>
    /// <param name="start">What has been read of the body.</param>
    /// <param name="secrets">What the error must not show.</param>
    public static async Task<ResponseFormatException> UnexpectedAsync(string wanted, OpenBody body, ArraySegment<byte> start, Secrets secrets)
    {
        byte[] bytes = await body.ReadRestAsync(start, MostQuotedBytes).ConfigureAwait(false);
        return Unexpected(wanted, body.MediaType, bytes, body.RequestId, secrets);
    }

    /// <inheritdoc cref="UnexpectedAsync"/>
    public static ResponseFormatException Unexpected(string wanted, string mediaType, byte[] body, string? requestId, Secrets secrets)
    {
        string type = mediaType.Length > 0 ? mediaType : "of an undeclared type";
        string quote = body.Length == 0 ? " It is empty." : Quote(body, secrets);
        return new ResponseFormatException($"The response is {type}, not {wanted}. Check the base address.{quote}")
        {
            Body = secrets.Hide(Encoding.UTF8.GetString(body)),
            RequestId = requestId,
        };
    }

    /// <summary>The readable text of a body, as the end of a message; empty if there is none.</summary>
    public static string Quote(byte[] body, Secrets secrets)
    {
        string text = secrets.Hide(Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, MostQuotedBytes)))!;
        bool isBinary = text.Any(static c => c == '\uFFFD' || (char.IsControl(c) && !char.IsWhiteSpace(c)));
        string said = Excerpt.OneLine(Markup.IsMarkup(text) ? Markup.Read(text) : text, LongestQuote);
        return isBinary || said.Length == 0 ? "" : $" It says: {said}";
    }
}
