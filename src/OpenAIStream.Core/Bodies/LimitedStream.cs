namespace OpenAIStream;

/// <summary>A stream's next bytes, and no more than these.</summary>
/// <param name="source">The stream; disposed with this one.</param>
/// <param name="length">How many bytes.</param>
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
