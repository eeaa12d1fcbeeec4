using System.Buffers;

namespace OpenAIStream;

/// <summary>
/// The one buffer of the parser: how it grows, shrinks and moves. A line that outgrows it is set aside block by block, and
/// put together once, when its end has arrived. All buffers except the first are borrowed, so that a large event needs no
/// new memory.
/// </summary>
internal sealed partial class SseParser
{
#if DEBUG
    private const int Block = 64;
#else
    private const int Block = 1024 * 1024;
#endif
    private const int Slack = 64; // after a line that was put together: usually the event ends there
    private const int LargestBuffer = 0x7FFFFFC7; // .NET's largest byte array

    private readonly List<byte[]> _aside = []; // full blocks of a line whose end has not arrived
    private int _asideLength;
    private bool _isWhole; // the buffer begins with a line that was put together
    private EventBytes? _lent; // the event in it, which may have been kept

    /// <summary>The number of bytes examined in search of a line end; tests compare it with <see cref="BytesReceived"/>.</summary>
    internal long BytesScanned { get; private set; }

    /// <summary>The number of bytes moved inside the buffer or to a larger one; tests compare it with <see cref="BytesReceived"/>.</summary>
    internal long BytesCopied { get; private set; }

    internal int BufferSize => _buffer.Length;

    internal int EventNameBufferSize => _eventName.Length;

    /// <summary>Free space for at least one more byte. Events that were read before are no longer valid.</summary>
    public ArraySegment<byte> FreeSpace()
    {
        int kept = DataLength + _end - _line;
        if (_lent is not null || (_buffer.Length > 4 * SmallBuffer && kept <= _buffer.Length / 8 && _aside.Count == 0))
        {
            // A large event is over: its memory is returned.
            MoveTo(NewBuffer(2L * kept));
        }
        else if (_end == _buffer.Length && _end < SmallBuffer)
        {
            MoveTo(NewBuffer(SmallBuffer));
        }
        else if (kept == 0)
        {
            MoveTo(_buffer);
        }
        else if (_end == _buffer.Length)
        {
            MakeRoom(kept);
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

    /// <summary>Returns the buffer when nothing more will be read. The last event is invalid then.</summary>
    public void Release()
    {
        if (_lent?.IsKept != true)
        {
            Return(_buffer);
        }

        _lent = null;
        _buffer = [];
    }

    private void MakeRoom(int kept)
    {
        bool isOneLine = !_hasData && _scanned == _end; // without an end so far
        if (isOneLine && _buffer.Length >= Block && _line == 0)
        {
            PutAside();
        }
        else
        {
            // Moving data that fits into the buffer, or doubling the buffer, keeps the copying linear in what is received.
            bool fits = kept <= _buffer.Length / 2 || (isOneLine && _buffer.Length >= Block);
            MoveTo(fits ? _buffer : NewBuffer(2L * _buffer.Length));
        }
    }

    private void PutAside()
    {
        if (_asideLength + _end > LargestBuffer - Block)
        {
            throw TooLarge();
        }

        _aside.Add(_buffer);
        _asideLength += _end;
        _buffer = NewBuffer(Block);
        _end = _scanned = 0;
    }

    /// <summary>Puts together the line whose blocks were set aside, and what followed it.</summary>
    private void TakeTogether()
    {
        byte[] whole = ArrayPool<byte>.Shared.Rent(_asideLength + _end + Slack);
        int at = 0;
        foreach (byte[] block in _aside)
        {
            Buffer.BlockCopy(block, 0, whole, at, block.Length);
            at += block.Length;
            Return(block);
        }

        Buffer.BlockCopy(_buffer, 0, whole, at, _end);
        Return(_buffer);
        _scanned += at;
        _end += at;
        BytesCopied += _end;
        _buffer = whole;
        _isWhole = true;
        DropAside();
    }

    private void DropAside()
    {
        _aside.Clear();
        _asideLength = 0;
    }

    private byte[] NewBuffer(long size) =>
        _buffer.Length < LargestBuffer ? ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(size, SmallBuffer), LargestBuffer))
        : throw TooLarge();

    private static void Return(byte[] buffer) => ArrayPool<byte>.Shared.Return(buffer);

    private EventTooLargeException TooLarge() => new(LargestBuffer, EventCount, OffsetOf(_line - _asideLength));

    /// <summary>The position in the stream of a position in the buffer; collected data of the event is no longer at its original position.</summary>
    private long OffsetOf(int position) => BytesReceived - (_end - position);

    /// <summary>Moves what is still needed to the front of a buffer: the collected data, and the incomplete line.</summary>
    private void MoveTo(byte[] target)
    {
        int line = _end - _line;
        Buffer.BlockCopy(_buffer, _dataStart, target, 0, DataLength);
        Buffer.BlockCopy(_buffer, _line, target, DataLength, line);
        BytesCopied += DataLength + line;
        if (target != _buffer)
        {
            if (_lent?.IsKept != true)
            {
                Return(_buffer);
            }

            _isWhole = false;
            _lent = null;
        }

        _buffer = target;
        _dataEnd = DataLength;
        _dataStart = 0;
        _scanned += _dataEnd - _line;
        _line = _dataEnd;
        _end = _line + line;
    }
}
