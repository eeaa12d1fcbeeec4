namespace OpenAIStream;

/// <summary>The next bytes of a stream, up to a limit.</summary>
/// <param name="source">The stream; disposed with this one.</param>
/// <param name="length">The number of bytes.</param>
internal sealed class LimitedStream(Stream source, long length) : ReadOnlyStream
{
    private long _left = length;

    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        int read = await source.ReadAsync(buffer.AsMemory(offset, (int)Math.Min(count, _left)), cancellationToken).ConfigureAwait(false);
        _left -= read;
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
