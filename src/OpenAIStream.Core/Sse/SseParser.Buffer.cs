namespace OpenAIStream;

/// <summary>The parser's one buffer: how it grows, shrinks and moves.</summary>
internal sealed partial class SseParser
{
    private const int LargestBuffer = 0x7FFFFFC7; // .NET's largest byte array

    // From here to 64 MB the buffer grows fourfold: the outgrown ones, which lie about until they are collected, are a third
    // of the last one then, and not as large as it. An image event of 48 MB takes 4.2 times its size, not 4.6 to 5.2.
    private const int Medium = 1024 * 1024;

    /// <summary>Bytes looked at in search of a line end; tests hold it against <see cref="BytesReceived"/>.</summary>
    internal long BytesScanned { get; private set; }

    /// <summary>Bytes moved inside the buffer or to a larger one; tests hold it against <see cref="BytesReceived"/>.</summary>
    internal long BytesCopied { get; private set; }

    internal int BufferSize => _buffer.Length;

    internal int EventNameBufferSize => _eventName.Length;

    /// <summary>Room for at least one more byte. Events read before are gone afterwards.</summary>
    public ArraySegment<byte> FreeSpace()
    {
        int kept = DataLength + _end - _line;
        if (_buffer.Length > 4 * SmallBuffer && kept <= _buffer.Length / 8)
        {
            // A big event is over: its memory goes back.
            MoveTo(new byte[Math.Max(SmallBuffer, 2 * kept)]);
        }
        else if (kept == 0)
        {
            MoveTo(_buffer);
        }
        else if (_end == _buffer.Length)
        {
            // Moving at most half of the buffer, or doubling it, keeps the copying linear in what is received.
            MoveTo(kept <= _buffer.Length / 2 ? _buffer : Larger());
        }

        if (_eventName.Length > SmallName && _eventNameLength == 0)
        {
            _eventName = new byte[SmallName];
        }

        return new ArraySegment<byte>(_buffer, _end, _buffer.Length - _end);
    }

    public void Received(int count)
    {
        _end += count;
        BytesReceived += count;
    }

    private byte[] Larger() => _buffer.Length < LargestBuffer
        ? new byte[(int)Math.Min(_buffer.Length * (_buffer.Length is >= Medium and <= 16 * Medium ? 4L : 2L), LargestBuffer)]
        : throw new EventTooLargeException(LargestBuffer, EventCount, OffsetOf(_line));

    /// <summary>Where in the stream a place in the buffer is; what was gathered of the event is no longer at its place.</summary>
    private long OffsetOf(int position) => BytesReceived - (_end - position);

    /// <summary>Moves what is still of use to the front of a buffer: the data gathered, and the unfinished line.</summary>
    private void MoveTo(byte[] target)
    {
        int line = _end - _line;
        Buffer.BlockCopy(_buffer, _dataStart, target, 0, DataLength);
        Buffer.BlockCopy(_buffer, _line, target, DataLength, line);
        BytesCopied += DataLength + line;
        _buffer = target;
        _dataEnd = DataLength;
        _dataStart = 0;
        _scanned += _dataEnd - _line;
        _line = _dataEnd;
        _end = _line + line;
    }
}
