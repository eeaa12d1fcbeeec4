namespace OpenAIStream;

/// <summary>Counts the bytes read from a stream, and limits the ratio of a decompressing stream to the bytes from the network.</summary>
/// <param name="source">The stream.</param>
/// <param name="packed">The bytes from the network; null if this stream is that one.</param>
/// <param name="mostRatio">The maximum ratio; null for no limit.</param>
internal sealed class CountedStream(Stream source, CountedStream? packed = null, int? mostRatio = null) : ReadOnlyStream
{
    /// <summary>Below this size, any ratio is allowed, because the data fits into memory anyway.</summary>
    public const long Floor = 64 * 1024 * 1024;

    private long _count;

    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        int read = await source.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false);
        _count += read;
        if (packed is not null && _count > Floor && _count / mostRatio > packed._count)
        {
            throw new ResponseTooLargeException(FormattableString.Invariant(
                $"The response expands to more than {mostRatio} times its size when it is decompressed: {packed._count} bytes became {_count}. Increase {nameof(OpenAIClientOptions.MaxDecompressionRatio)} if you trust the server."))
            {
                Limit = mostRatio,
                Option = nameof(OpenAIClientOptions.MaxDecompressionRatio),
            };
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
