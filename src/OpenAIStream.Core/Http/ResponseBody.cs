using System.IO.Compression;

namespace OpenAIStream;

/// <summary>A response's body, decompressed, and read whole where it is small.</summary>
internal static class ResponseBody
{
    private const int ReadSize = 8192;

    /// <summary>The body as a stream. We never ask for compression; a proxy may compress all the same.</summary>
    /// <exception cref="ResponseFormatException">It is compressed in a way that is not known here.</exception>
    public static async Task<Stream> OpenAsync(HttpResponseMessage response, CancellationToken stop)
    {
        var body = await response.Content.ReadBodyAsync(stop).ConfigureAwait(false);
        foreach (string encoding in response.Content.Headers.ContentEncoding.Reverse())
        {
            body = Unpack(body, encoding) ?? throw new ResponseFormatException($"The response is compressed in a way that is not known here ('{encoding}').");
        }

        return body;
    }

    /// <summary>A body decompressed; null when it is compressed in a way that is not known here.</summary>
    public static Stream? Unpack(Stream body, string encoding) => encoding.ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress),
        "br" => Compat.Brotli(body),
        "identity" => body,
        _ => null,
    };

    /// <summary>Copies the body, its first <paramref name="limit"/> bytes or a little more at most.</summary>
    /// <param name="response">Whose body.</param>
    /// <param name="target">What has been read when an exception comes is there.</param>
    /// <param name="limit">How many bytes are enough.</param>
    /// <param name="stop">Ends it early.</param>
    public static async Task CopyAsync(HttpResponseMessage response, Stream target, int limit, CancellationToken stop)
    {
        using var closing = Compat.CloseOnStop(response, stop);
        using var body = await OpenAsync(response, stop).ConfigureAwait(false);
        byte[] buffer = new byte[ReadSize];
        int count;
        for (long total = 0; total < limit && (count = await body.ReadAsync(buffer.AsMemory(), stop).ConfigureAwait(false)) > 0; total += count)
        {
            target.Write(buffer, 0, count);
        }
    }
}
