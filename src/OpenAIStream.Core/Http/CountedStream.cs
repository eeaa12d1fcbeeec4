namespace OpenAIStream;

/// <summary>Counts what is read of a stream; one that decompresses is held to a ratio of what came from the network.</summary>
/// <param name="source">The stream.</param>
/// <param name="packed">What came from the network; null where this is it.</param>
/// <param name="mostRatio">How many times as much this stream may give; null is no limit.</param>
internal sealed class CountedStream(Stream source, CountedStream? packed = null, int? mostRatio = null) : ReadOnlyStream
{
    /// <summary>What fits into memory anyway may be compressed as well as it likes.</summary>
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
