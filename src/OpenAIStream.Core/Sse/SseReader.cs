using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>
/// Finds events in bytes that the caller passes piece by piece, as they arrive from any source. To read a <see
/// cref="Stream"/>, use <see cref="SseDecoder"/>.
/// </summary>
/// <param name="maxEventBytes">The maximum size of one event in bytes; null means no limit. See <see cref="SseDecoder.MaxEventBytes"/>.</param>
public sealed class SseReader(long? maxEventBytes = null)
{
    private readonly SseParser _parser = new(maxEventBytes);
    private ServerSentEvent? _previous;

    /// <summary>Adds more bytes of the stream, split anywhere.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var free = _parser.FreeSpace();
            int count = Math.Min(free.Count, bytes.Length);
            bytes.Slice(0, count).CopyTo(free.AsSpan());
            _parser.Received(count);
            bytes = bytes.Slice(count);
        }
    }

    /// <summary>Returns the next complete event; false if there is none yet.</summary>
    /// <exception cref="EventTooLargeException">The event is larger than the limit.</exception>
    public bool TryRead([NotNullWhen(true)] out ServerSentEvent? serverSentEvent)
    {
        serverSentEvent = _parser.TryRead(out var frame) ? _previous = frame.ToEvent(_previous) : null;
        return serverSentEvent is not null;
    }
}
