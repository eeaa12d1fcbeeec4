using System.IO.Compression;

namespace OpenAIStream;

/// <summary>A response's body, decompressed, and read whole where it is small.</summary>
internal static class ResponseBody
{
    private const int ReadSize = 8192;

    /// <summary>The body as a stream. We never ask for compression; a proxy may compress all the same.</summary>
    /// <exception cref="ResponseFormatException">It is compressed in a way that is not known here.</exception>
    public static async Task<Stream> OpenAsync(HttpResponseMessage response, Call? call, CancellationToken stop)
    {
        var body = await response.Content.ReadBodyAsync(stop).ConfigureAwait(false);
        foreach (string encoding in response.Content.Headers.ContentEncoding.Reverse())
        {
            body = Unpack(body, encoding) ?? throw new ResponseFormatException($"The response is compressed in a way that is not known here ('{encoding}').")
            {
                RequestId = call is null ? null : ResponseHeaders.RequestId(response, call.Secrets),
            };
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

    /// <summary>The body, its first <paramref name="limit"/> bytes or a little more at most.</summary>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int limit, Call call)
    {
        using var bytes = new MemoryStream();
        await CopyAsync(response, bytes, limit, call, call.Token).ConfigureAwait(false);
        return bytes.ToArray();
    }

    /// <param name="response">Whose body.</param>
    /// <param name="target">What has been read when an exception comes is there.</param>
    /// <param name="limit">How many bytes are enough.</param>
    /// <param name="call">Whose operation timeout holds for each read; null for none.</param>
    /// <param name="stop">Ends it early.</param>
    public static async Task CopyAsync(HttpResponseMessage response, Stream target, int limit, Call? call, CancellationToken stop)
    {
        using var closing = Compat.CloseOnStop(response, stop);
        using var body = await OpenAsync(response, call, stop).ConfigureAwait(false);
        await CopyAsync(body, target, limit, call, stop).ConfigureAwait(false);
    }

    /// <inheritdoc cref="CopyAsync(HttpResponseMessage, Stream, int, Call?, CancellationToken)"/>
    public static async Task CopyAsync(Stream body, Stream target, int limit, Call? call, CancellationToken stop)
    {
        byte[] buffer = new byte[ReadSize];
        try
        {
            for (long total = 0; total < limit;)
            {
                call?.BeginWait();
                int count = await body.ReadAsync(buffer.AsMemory(), stop).ConfigureAwait(false);
                call?.EndWait();
                if (count == 0)
                {
                    return;
                }

                target.Write(buffer, 0, count);
                total += count;
            }
        }
        finally
        {
            call?.EndWait();
        }
    }
}
