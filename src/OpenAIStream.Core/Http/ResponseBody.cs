using System.IO.Compression;

namespace OpenAIStream;

/// <summary>The body of a response, decompressed, and read as a whole if it is small.</summary>
internal static class ResponseBody
{
    private const int ReadSize = 8192;
    private const int MostEncodings = 2;

    /// <summary>The body as a stream. The client never asks for compression, but a proxy may compress anyway.</summary>
    /// <param name="response">The response.</param>
    /// <param name="mostRatio">The maximum decompression ratio; null for no limit.</param>
    /// <param name="secrets">What is not quoted.</param>
    /// <param name="stop">Cancels the operation.</param>
    /// <exception cref="ResponseFormatException">The body is compressed in an unsupported way, or too many times.</exception>
    public static Task<Stream> OpenAsync(HttpResponseMessage response, int? mostRatio, Secrets secrets, CancellationToken stop)
    {
        string[] encodings = Encodings(response.Content);
        if (encodings.Length > MostEncodings)
        {
            throw new ResponseFormatException($"The response is compressed {encodings.Length} times. At most {MostEncodings} layers are decompressed.");
        }

        if (Array.Find(encodings, static encoding => !IsKnown(encoding)) is string unknown)
        {
            throw new ResponseFormatException($"The response is compressed in an unsupported way ('{secrets.Hide(unknown)}').");
        }

        var opening = response.Content.ReadBodyAsync(stop);
        return encodings.Length == 0 ? opening : UnpackAsync(opening, encodings, mostRatio);
    }

    /// <summary>The compressions of a body, in reverse order of their application.</summary>
    public static string[] Encodings(HttpContent content) =>
        [.. content.Headers.ContentEncoding.Reverse().Select(static encoding => encoding.ToLowerInvariant()).Where(static encoding => encoding != "identity")];

    /// <summary>Whether all of them can be decompressed.</summary>
    public static bool CanUnpack(string[] encodings) => encodings.Length <= MostEncodings && Array.TrueForAll(encodings, IsKnown);

    /// <summary>A body, decompressed.</summary>
    /// <param name="body">The body.</param>
    /// <param name="encodings">The compressions, all of them supported.</param>
    /// <param name="mostRatio">The maximum decompression ratio; null for no limit.</param>
    public static Stream Unpack(Stream body, string[] encodings, int? mostRatio)
    {
        if (encodings.Length == 0)
        {
            return body;
        }

        var packed = new CountedStream(body);
        return encodings.Aggregate(packed, (inner, encoding) => new CountedStream(Unpack(inner, encoding), packed, mostRatio));
    }

    private static async Task<Stream> UnpackAsync(Task<Stream> opening, string[] encodings, int? mostRatio) =>
        Unpack(await opening.ConfigureAwait(false), encodings, mostRatio);

    private static bool IsKnown(string encoding) => encoding is "gzip" or "x-gzip" or "br";

    private static Stream Unpack(Stream body, string encoding) => encoding == "br" ? Compat.Brotli(body) : new GZipStream(body, CompressionMode.Decompress);

    /// <summary>Copies the body, at most its first <paramref name="limit"/> bytes or slightly more.</summary>
    /// <param name="response">The response.</param>
    /// <param name="target">Receives the bytes; after an exception, it contains what had been read.</param>
    /// <param name="limit">The number of bytes that are enough.</param>
    /// <param name="secrets">What is not quoted.</param>
    /// <param name="stop">Cancels the operation.</param>
    public static async Task CopyAsync(HttpResponseMessage response, Stream target, int limit, Secrets secrets, CancellationToken stop)
    {
        using var closing = Compat.CloseOnStop(response, stop);
        using var body = await OpenAsync(response, OpenAIClientOptions.DefaultDecompressionRatio, secrets, stop).ConfigureAwait(false);
        byte[] buffer = new byte[ReadSize];
        int count;
        for (long total = 0; total < limit && (count = await body.ReadAsync(buffer.AsMemory(), stop).ConfigureAwait(false)) > 0; total += count)
        {
            target.Write(buffer, 0, count);
        }
    }
}
