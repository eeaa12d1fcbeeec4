using System.IO.Compression;
using System.Text;

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
            body = encoding.ToLowerInvariant() switch
            {
                "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress),
                "br" => Compat.Brotli(body),
                "identity" => body,
                _ => throw new ResponseFormatException($"The response is compressed in a way that is not known here ('{encoding}')."),
            };
        }

        return body;
    }

    /// <summary>The body as text, its first <paramref name="limit"/> bytes at most.</summary>
    public static async Task<string> ReadTextAsync(HttpResponseMessage response, int limit, Call call)
    {
        byte[] bytes = await ReadAsync(response, limit, call).ConfigureAwait(false);
        return Encoding.UTF8.GetString(bytes);
    }

    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int limit, Call call)
    {
        using var body = await OpenAsync(response, call.Token).ConfigureAwait(false);
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[ReadSize];
        while (bytes.Length < limit)
        {
            call.BeginWait();
            int count = await body.ReadSegmentAsync(new ArraySegment<byte>(buffer), call.Token).ConfigureAwait(false);
            call.EndWait();
            if (count == 0)
            {
                break;
            }

            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }
}
