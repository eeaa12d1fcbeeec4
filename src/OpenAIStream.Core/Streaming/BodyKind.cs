using System.Text;

namespace OpenAIStream;

/// <summary>What a response's body is, by its declared type and its first character.</summary>
internal static class BodyKind
{
    private const int MostQuotedBytes = 2000;
    private const int LongestQuote = 100;

    /// <summary>Whether a body of this type may hold events: some servers omit the type or send a wrong one.</summary>
    public static bool MayBeEvents(string mediaType) =>
        mediaType is "" or "text/event-stream" or "text/plain" or "application/octet-stream" or "application/json" or "application/problem+json";

    /// <summary>The first character that is no white space; null when there is none yet.</summary>
    public static char? FirstCharacter(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in WithoutMark(bytes))
        {
            if (b is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return (char)b;
            }
        }

        return null;
    }

    /// <summary>The bytes behind a byte order mark.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        return bytes.StartsWith(mark) ? bytes.Slice(mark.Length) : bytes;
    }

    /// <summary>The error for a body that is not what was asked for. It quotes how the body begins.</summary>
    /// <param name="wanted">What was asked for.</param>
    /// <param name="body">The body.</param>
    /// <param name="start">What has been read of it.</param>
    /// <param name="secrets">What the error must not show.</param>
    public static async Task<ResponseFormatException> UnexpectedAsync(string wanted, OpenBody body, ArraySegment<byte> start, Secrets secrets)
    {
        byte[] bytes = await body.ReadRestAsync(start, MostQuotedBytes).ConfigureAwait(false);
        string text = secrets.Hide(Encoding.UTF8.GetString(bytes))!;
        string type = body.MediaType.Length > 0 ? body.MediaType : "without a declared type";
        string beginning = Excerpt.OneLine(text, LongestQuote);
        return new ResponseFormatException(
            $"The answer is no {wanted} but {type}. Does the address lead to the API? It begins: {(beginning.Length > 0 ? beginning : "(nothing)")}")
        {
            Body = text,
            RequestId = body.RequestId,
        };
    }
}
