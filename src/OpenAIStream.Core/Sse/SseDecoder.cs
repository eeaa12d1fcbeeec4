using System.Runtime.CompilerServices;

namespace OpenAIStream;

/// <summary>
/// Decodes the bytes of a <c>text/event-stream</c> into events, according to the WHATWG HTML standard, section "Server-sent
/// events": each event is returned as soon as its blank line has ended, and an incomplete last event is discarded.
/// </summary>
public sealed class SseDecoder
{
    /// <summary>
    /// The maximum size of one event in bytes; null, the default, means no limit. It applies to the data, with its lines
    /// joined, and separately to the name and to the id. Comments and unknown fields do not count, because they are not
    /// kept.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below 1.</exception>
    public long? MaxEventBytes
    {
        get;
        init => field = value is null or > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "MaxEventBytes must be 1 or more, or null for no limit.");
    }

    /// <summary>Reads events from a stream until it ends. The stream stays open.</summary>
    /// <exception cref="EventTooLargeException">An event was larger than <see cref="MaxEventBytes"/>.</exception>
    public IEnumerable<ServerSentEvent> Decode(Stream stream)
    {
        Guard.NotNull(stream, nameof(stream));
        return Read(stream);
    }

    /// <summary>Reads events from a stream until it ends, without blocking. The stream stays open.</summary>
    /// <exception cref="EventTooLargeException">An event was larger than <see cref="MaxEventBytes"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public IAsyncEnumerable<ServerSentEvent> DecodeAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        Guard.NotNull(stream, nameof(stream));
        return ReadAsync(stream, cancellationToken);
    }

    private IEnumerable<ServerSentEvent> Read(Stream stream)
    {
        var parser = new SseParser(MaxEventBytes);
        ServerSentEvent? current = null;
        int count;
        do
        {
            while (TryRead(parser, ref current))
            {
                yield return current!;
            }

            var free = parser.FreeSpace();
            count = stream.Read(free.Array!, free.Offset, free.Count);
            parser.Received(count);
        }
        while (count > 0);

        parser.Release();
    }

    private async IAsyncEnumerable<ServerSentEvent> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parser = new SseParser(MaxEventBytes);
        ServerSentEvent? current = null;
        int count;
        do
        {
            while (TryRead(parser, ref current))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return current!;
            }

            count = await stream.ReadAsync(parser.FreeSpace().AsMemory(), cancellationToken).ConfigureAwait(false);
            parser.Received(count);
        }
        while (count > 0);

        parser.Release();
    }

    private static bool TryRead(SseParser parser, ref ServerSentEvent? current)
    {
        if (!parser.TryRead(out var frame))
        {
            return false;
        }

        current = frame.ToEvent(current);
        return true;
    }
}
