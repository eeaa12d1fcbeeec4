namespace OpenAIStream;

/// <summary>Reads a socket frame by frame, and turns each frame into an event: one <c>data</c> field and an empty line.</summary>
/// <param name="maxBytes">The maximum size of a frame in bytes; null means no limit.</param>
internal sealed class FrameBuffer(long? maxBytes)
{
    private const int Small = 16 * 1024;
    private const int Large = 64 * 1024; // from this size on, the array is handed over instead of copied
    private const int EndLength = 2;

    private byte[] _buffer = NewBuffer();
    private int _end;

    private static ReadOnlySpan<byte> Start => "data: "u8;

    /// <summary>The frame that was read.</summary>
    public ReadOnlySpan<byte> Data => _buffer.AsSpan(Start.Length, _end - Start.Length);

    /// <summary>Whether the frame exceeded the limit. It was not read to its end.</summary>
    public bool IsTooLarge => Data.Length > maxBytes;

    /// <summary>Reads the next frame, from any number of fragments. False if the server has closed the socket.</summary>
    public ValueTask<bool> ReadAsync(FrameSocket socket)
    {
        _end = Start.Length;
        bool hasCome = socket.TryRead(Free(), out var received);
        if (hasCome && received is { IsEnd: true, IsClose: false })
        {
            _end += received.Count; // the usual case: it had already arrived, together with others
            return new ValueTask<bool>(true);
        }

        return ReadOnAsync(socket, hasCome ? received : null);
    }

    private async ValueTask<bool> ReadOnAsync(FrameSocket socket, ReceivedFrame? begun)
    {
        while (true)
        {
            var received = begun ?? await socket.ReadAsync(Free()).ConfigureAwait(false);
            if (received.IsClose)
            {
                return false;
            }

            _end += received.Count;
            if (received.IsEnd || IsTooLarge)
            {
                return true;
            }

            begun = null;
        }
    }

    /// <summary>Returns the frame as an event.</summary>
    /// <param name="isOwn">Whether the array belongs to the caller; if not, it is reused.</param>
    public ArraySegment<byte> Take(out bool isOwn)
    {
        // Between JSON tokens, a line end is white space, and it cannot occur elsewhere.
        for (var rest = _buffer.AsSpan(Start.Length, _end - Start.Length); rest.IndexOfAny((byte)'\r', (byte)'\n') is >= 0 and var at; rest = rest.Slice(at + 1))
        {
            rest[at] = (byte)' ';
        }

        _buffer[_end] = _buffer[_end + 1] = (byte)'\n';
        _end += EndLength;
        isOwn = _end > Large;
        return Given(isOwn);
    }

    /// <summary>Returns what was read of a frame that is too large, without the empty line.</summary>
    public ArraySegment<byte> TakeUnfinished() => Given(true);

    private ArraySegment<byte> Given(bool isOwn)
    {
        var given = new ArraySegment<byte>(_buffer, 0, _end);
        if (isOwn || _buffer.Length > Large)
        {
            _buffer = NewBuffer();
            _end = Start.Length;
        }

        return given;
    }

    /// <summary>The free space for the next bytes.</summary>
    private ArraySegment<byte> Free()
    {
        if (_buffer.Length - _end <= EndLength)
        {
            Grow();
        }

        return new ArraySegment<byte>(_buffer, _end, _buffer.Length - EndLength - _end);
    }

    private void Grow()
    {
        byte[] larger = new byte[(int)Math.Min(_buffer.Length * 2L, 0x7FFFFFC7)];
        Buffer.BlockCopy(_buffer, 0, larger, 0, _end);
        _buffer = larger;
    }

    private static byte[] NewBuffer()
    {
        byte[] buffer = new byte[Small];
        Start.CopyTo(buffer);
        return buffer;
    }
}
