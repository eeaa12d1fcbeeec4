namespace OpenAIStream;

/// <summary>
/// Server-sent events out of bytes that the caller has received: write the bytes as they come, and read the events that
/// they complete. It does not read from anywhere itself.
/// </summary>
public sealed class SseReader
{
    private readonly SseParser _parser = new();
    private byte[] _pending = [];
    private int _written;
    private ServerSentEvent? _previous;

    /// <summary>Takes the next bytes, cut anywhere.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _pending = [.. _pending.AsSpan(_written), .. bytes];
        _written = 0;
    }

    /// <summary>The next event that is complete; false when more bytes are needed.</summary>
    public bool TryRead([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ServerSentEvent? serverSentEvent)
    {
        SseFrame frame;
        while (!_parser.TryRead(out frame))
        {
            int left = _pending.Length - _written;
            if (left == 0)
            {
                serverSentEvent = null;
                return false;
            }

            var free = _parser.FreeSpace();
            int count = Math.Min(free.Count, left);
            _pending.AsSpan(_written, count).CopyTo(free);
            _parser.Received(count);
            _written += count;
        }

        serverSentEvent = _previous = _parser.ToEvent(frame, _previous);
        return true;
    }
}
