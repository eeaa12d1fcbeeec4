using System.IO.Compression;

namespace OpenAIStream;

/// <summary>A response's body, decompressed, and read whole where it is small.</summary>
internal static class ResponseBody
{
    private const int ReadSize = 8192;
    private const int MostEncodings = 2;

    /// <summary>The body as a stream. We never ask for compression; a proxy may compress all the same.</summary>
    /// <param name="response">Whose body.</param>
    /// <param name="mostRatio">How many times as large the body may become; null is no limit.</param>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="ResponseFormatException">It is compressed in a way that is not known here, or too often.</exception>
    public static async Task<Stream> OpenAsync(HttpResponseMessage response, int? mostRatio, CancellationToken stop)
    {
        string[] encodings = Encodings(response.Content);
        if (encodings.Length > MostEncodings)
        {
            throw new ResponseFormatException($"The response is compressed {encodings.Length} times. At most {MostEncodings} layers are decompressed.");
        }

        if (Array.Find(encodings, static encoding => !IsKnown(encoding)) is string unknown)
        {
            throw new ResponseFormatException($"The response is compressed in an unsupported way ('{unknown}').");
        }

        return Unpack(await response.Content.ReadBodyAsync(stop).ConfigureAwait(false), encodings, mostRatio);
    }

    /// <summary>The ways in which a body is compressed, the last that was done first.</summary>
    public static string[] Encodings(HttpContent content) =>
        [.. content.Headers.ContentEncoding.Reverse().Select(static encoding => encoding.ToLowerInvariant()).Where(static encoding => encoding != "identity")];

    /// <summary>Whether all of it can be undone.</summary>
    public static bool CanUnpack(string[] encodings) => encodings.Length <= MostEncodings && Array.TrueForAll(encodings, IsKnown);

    /// <summary>A body decompressed.</summary>
    /// <param name="body">The body.</param>
    /// <param name="encodings">The ways in which it is compressed, all of them known.</param>
    /// <param name="mostRatio">How many times as large it may become; null is no limit.</param>
    public static Stream Unpack(Stream body, string[] encodings, int? mostRatio)
    {
        if (encodings.Length == 0)
        {
            return body;
        }

        var packed = new CountedStream(body);
        return encodings.Aggregate(packed, (inner, encoding) => new CountedStream(Unpack(inner, encoding), packed, mostRatio));
    }

    private static bool IsKnown(string encoding) => encoding is "gzip" or "x-gzip" or "br";

    private static Stream Unpack(Stream body, string encoding) => encoding == "br" ? Compat.Brotli(body) : new GZipStream(body, CompressionMode.Decompress);

    /// <summary>Copies the body, its first <paramref name="limit"/> bytes or a little more at most.</summary>
    /// <param name="response">Whose body.</param>
    /// <param name="target">What has been read when an exception comes is there.</param>
    /// <param name="limit">How many bytes are enough.</param>
    /// <param name="stop">Ends it early.</param>
    public static async Task CopyAsync(HttpResponseMessage response, Stream target, int limit, CancellationToken stop)
    {
        using var closing = Compat.CloseOnStop(response, stop);
        using var body = await OpenAsync(response, OpenAIClientOptions.DefaultDecompressionRatio, stop).ConfigureAwait(false);
        byte[] buffer = new byte[ReadSize];
        int count;
        for (long total = 0; total < limit && (count = await body.ReadAsync(buffer.AsMemory(), stop).ConfigureAwait(false)) > 0; total += count)
        {
            target.Write(buffer, 0, count);
        }
    }
}
