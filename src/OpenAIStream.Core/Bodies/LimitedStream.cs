namespace OpenAIStream;

/// <summary>The next bytes of a stream that is being sent, up to a limit.</summary>
/// <param name="source">The stream; disposed with this one.</param>
/// <param name="length">The number of bytes.</param>
/// <param name="name">The name of what is sent, for an error.</param>
/// <param name="check">Called before the last bytes are returned: if it throws, the service does not receive them.</param>
internal sealed class LimitedStream(Stream source, long length, string name, Action? check = null) : ReadOnlyStream
{
    private long _left = length;

    /// <exception cref="SentFileException">The stream ends before the limit.</exception>
    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        int wanted = (int)Math.Min(count, _left);
        int read = await source.ReadAsync(buffer.AsMemory(offset, wanted), cancellationToken).ConfigureAwait(false);
        _left -= read;
        if (read == 0 && wanted > 0)
        {
            throw new SentFileException(name, FormattableString.Invariant($"'{name}' ended {_left} bytes before the expected length. Send it again."));
        }

        if (_left == 0 && read > 0)
        {
            check?.Invoke();
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
