using System.Text;

namespace OpenAIStream;

/// <summary>
/// Cuts received bytes into events by the WHATWG standard's rules. The owner writes into <see cref="FreeSpace"/>,
/// says how much came with <see cref="Received"/>, then takes events with <see cref="TryRead"/> until there is none.
/// An event is found the moment its blank line ends; one that never ends is never found.
/// </summary>
internal sealed class SseParser(long? maxEventBytes = null)
{
#if DEBUG
    // So small that every test meets every buffer boundary.
    internal const int SmallBuffer = 16;
#else
    internal const int SmallBuffer = 16 * 1024;
#endif
    private const int LargestBuffer = 0x7FFFFFC7; // .NET's largest byte array
    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';

    private byte[] _buffer = new byte[SmallBuffer];
    private int _end;            // bytes received into the buffer
    private int _line;           // where the unfinished line begins
    private int _scanned;        // no line end before here
    private long _bufferOffset;  // the stream's offset of _buffer[0]
    private bool _skipLf;        // the last line ended with CR: an LF right after belongs to it
    private bool _started;       // a byte order mark can no longer come

    // The event being gathered. Its data lines are joined in place: a line without its "data:" always fits before itself.
    private bool _hasData;
    private int _dataStart;
    private int _dataEnd;
    private long _dataOffset;
    private byte[] _eventName = new byte[32];
    private int _eventNameLength;
    private string? _idBuffer;

    /// <summary>The id in force, committed when a block ends.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>The reconnection time that came since the last event, in milliseconds.</summary>
    public long? Retry { get; private set; }

    /// <summary>Events found so far.</summary>
    public long EventCount { get; private set; }

    /// <summary>Bytes received so far.</summary>
    public long BytesReceived => _bufferOffset + _end;

    /// <summary>Bytes looked at in search of a line end; tests hold it against <see cref="BytesReceived"/>.</summary>
    internal long BytesScanned { get; private set; }

    /// <summary>Bytes moved inside the buffer or to a larger one; tests hold it against <see cref="BytesReceived"/>.</summary>
    internal long BytesCopied { get; private set; }

    internal int BufferSize => _buffer.Length;

    /// <summary>Room for at least one more byte. Events read before are gone afterwards.</summary>
    public ArraySegment<byte> FreeSpace()
    {
        int keep = _hasData ? _dataStart : _line;
        int kept = _end - keep;
        if (_buffer.Length > 4 * SmallBuffer && kept <= SmallBuffer / 2)
        {
            // A big event is over: its memory goes back.
            MoveTo(new byte[SmallBuffer], keep, kept);
        }
        else if (kept == 0)
        {
            MoveTo(_buffer, keep, kept);
        }
        else if (_end == _buffer.Length)
        {
            // Moving at most half of the buffer, or doubling it, keeps the copying linear in what is received.
            MoveTo(kept <= _buffer.Length / 2 ? _buffer : Larger(), keep, kept);
        }

        return new ArraySegment<byte>(_buffer, _end, _buffer.Length - _end);
    }

    public void Received(int count) => _end += count;

    /// <summary>The next complete event, if there is one among the bytes received.</summary>
    /// <exception cref="EventTooLargeException">The event outgrew the limit.</exception>
    public bool TryRead(out SseFrame frame)
    {
        frame = default;
        if (!_started && !SkipByteOrderMark())
        {
            return false;
        }

        while (TryReadLine(out var line))
        {
            if (line.IsEmpty)
            {
                if (EndBlock(out frame))
                {
                    return true;
                }
            }
            else
            {
                ReadField(line);
            }

            CheckSize(0);
        }

        CheckSize(_end - _line);
        return false;
    }

    private bool SkipByteOrderMark()
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        int seen = Math.Min(_end, mark.Length);
        if (!_buffer.AsSpan(0, seen).SequenceEqual(mark.Slice(0, seen)))
        {
            _started = true;
            return true;
        }

        if (seen < mark.Length)
        {
            return false;
        }

        _line = _scanned = mark.Length;
        _started = true;
        return true;
    }

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        line = default;
        if (_skipLf && _line < _end)
        {
            _skipLf = false;
            if (_buffer[_line] == Lf)
            {
                _line++;
                _scanned = _line;
            }
        }

        int length = _buffer.AsSpan(_scanned, _end - _scanned).IndexOfAny(Cr, Lf);
        if (length < 0)
        {
            BytesScanned += _end - _scanned;
            _scanned = _end;
            return false;
        }

        BytesScanned += length + 1;
        int lineEnd = _scanned + length;
        line = _buffer.AsSpan(_line, lineEnd - _line);

        // CR ends the line now; if the next byte is LF it belongs to the same line end.
        // Waiting for it would hold the last event back until the server speaks again.
        _skipLf = _buffer[lineEnd] == Cr;
        _line = _scanned = lineEnd + 1;
        return true;
    }

    private void ReadField(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        if (colon == 0)
        {
            return; // a comment
        }

        ReadOnlySpan<byte> name = colon < 0 ? line : line.Slice(0, colon);
        ReadOnlySpan<byte> value = colon < 0 ? default : line.Slice(colon + 1);
        if (!value.IsEmpty && value[0] == (byte)' ')
        {
            value = value.Slice(1);
        }

        if (name.SequenceEqual("data"u8))
        {
            AppendData(value);
        }
        else if (name.SequenceEqual("event"u8))
        {
            SetEventName(value);
        }
        else if (name.SequenceEqual("id"u8))
        {
            if (value.IndexOf((byte)0) < 0)
            {
                _idBuffer = Utf8.ToString(value, _idBuffer);
            }
        }
        else if (name.SequenceEqual("retry"u8) && !value.IsEmpty && value.IndexOfAnyExceptDigit() < 0)
        {
            Retry = long.TryParse(Encoding.ASCII.GetString(value), out long milliseconds) ? milliseconds : long.MaxValue;
        }
    }

    private void AppendData(ReadOnlySpan<byte> value)
    {
        int valueEnd = _line - 1; // the line end's first byte; an LF after its CR is not skipped yet
        int valueStart = valueEnd - value.Length;
        if (!_hasData)
        {
            _hasData = true;
            _dataStart = valueStart;
            _dataEnd = valueEnd;
            _dataOffset = _bufferOffset + valueStart;
            return;
        }

        _buffer[_dataEnd] = Lf;
        value.CopyTo(_buffer.AsSpan(_dataEnd + 1));
        _dataEnd += 1 + value.Length;
        BytesCopied += value.Length;
    }

    private void SetEventName(ReadOnlySpan<byte> value)
    {
        if (value.Length > _eventName.Length)
        {
            _eventName = new byte[value.Length];
        }

        value.CopyTo(_eventName);
        _eventNameLength = value.Length;
    }

    /// <summary>A blank line: the id is committed in any case, the event exists only if it has data.</summary>
    private bool EndBlock(out SseFrame frame)
    {
        LastEventId = _idBuffer;
        bool dispatched = _hasData;
        frame = !dispatched ? default : new SseFrame(
            _eventName.AsSpan(0, _eventNameLength), _buffer.AsSpan(_dataStart, _dataEnd - _dataStart), EventCount, _dataOffset);
        EventCount += dispatched ? 1 : 0;
        _hasData = false;
        _eventNameLength = 0;
        return dispatched;
    }

    /// <summary>The frame as the public event; takes the reconnection time with it.</summary>
    public ServerSentEvent ToEvent(in SseFrame frame, ServerSentEvent? previous)
    {
        string? name = frame.EventName.IsEmpty ? null : Utf8.ToString(frame.EventName, previous?.Event);
        var result = new ServerSentEvent(name, Encoding.UTF8.GetString(frame.Data), LastEventId, Retry);
        Retry = null;
        return result;
    }

    private void CheckSize(int unfinishedLine)
    {
        if (maxEventBytes is long limit && (_hasData ? _dataEnd - _dataStart : 0L) + unfinishedLine > limit)
        {
            throw new EventTooLargeException(limit, EventCount, _bufferOffset + _line);
        }
    }

    private byte[] Larger() => _buffer.Length < LargestBuffer
        ? new byte[(int)Math.Min(_buffer.Length * 2L, LargestBuffer)]
        : throw new EventTooLargeException(LargestBuffer, EventCount, _bufferOffset + _line);

    private void MoveTo(byte[] target, int keep, int kept)
    {
        Buffer.BlockCopy(_buffer, keep, target, 0, kept);
        BytesCopied += kept;
        _buffer = target;
        _bufferOffset += keep;
        _end -= keep;
        _line -= keep;
        _scanned -= keep;
        _dataStart -= keep;
        _dataEnd -= keep;
    }
}
