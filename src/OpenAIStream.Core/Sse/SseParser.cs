using System.Buffers;
using System.Text;

namespace OpenAIStream;

/// <summary>
/// Splits received bytes into events by the rules of the WHATWG standard. The owner writes into <see cref="FreeSpace"/>,
/// reports the number of bytes with <see cref="Received"/>, then takes events with <see cref="TryRead"/> until there are
/// none. An event is found as soon as its blank line ends; an event that never ends is never found. On request, it also
/// returns possible errors outside any event.
/// </summary>
internal sealed partial class SseParser(long? maxEventBytes = null, bool keepsStray = false)
{
#if DEBUG
    // So small that every test meets every buffer boundary.
    internal const int SmallBuffer = 16;
    private const int FirstBuffer = 16;
#else
    internal const int SmallBuffer = 16 * 1024;
    private const int FirstBuffer = 4 * 1024; // enough for a stream whose events arrive one by one, of which many can be open
#endif
    private const int SmallName = 64;
    private const int LongestStray = 64 * 1024; // errors are shorter
    private const int LongestName = 5; // of a field: a longer line shows its field before its end has arrived
    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    private int _end;       // the number of bytes in the buffer
    private int _line;      // where the incomplete line begins
    private int _scanned;   // there is no line end before this position
    private bool _skipLf;   // the last line ended with CR: an LF right after it belongs to it
    private bool _started;  // a byte order mark can no longer follow

    // The event being collected. Its data lines are joined in place: a line without its "data" always fits before itself.
    private bool _hasData;
    private int _dataStart;
    private int _dataEnd;
    private long _dataOffset;
    private byte[] _eventName = new byte[SmallName];
    private int _eventNameLength;
    private string? _id;    // stays in effect until the next one
    private long? _retry;   // received since the last event

    private readonly StrayLines? _stray = keepsStray ? new StrayLines(LongestStray) : null;
    private bool _isOver;   // the body has ended

    /// <summary>The number of events found so far.</summary>
    public long EventCount { get; private set; }

    /// <summary>The number of bytes received so far.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Whether there was a complete line that is neither a field nor a comment.</summary>
    public bool HasStray { get; private set; }

    private int DataLength => _dataEnd - _dataStart;

    /// <summary>The body has ended: an incomplete rest is returned as stray. False if this was reported before.</summary>
    public bool End()
    {
        if (_isOver)
        {
            return false;
        }

        _isOver = true;
        foreach (byte end in new[] { Lf, Lf })
        {
            var free = FreeSpace();
            free.Array![free.Offset] = end;
            _end++;
        }

        return true;
    }

    /// <summary>The next complete event, if there is one among the bytes received.</summary>
    /// <exception cref="EventTooLargeException">The event is larger than the limit.</exception>
    public bool TryRead(out SseFrame frame)
    {
        frame = default;
        if (!_started && !SkipByteOrderMark())
        {
            return false;
        }

        while (TryReadLine(out var line))
        {
            if (!line.IsEmpty)
            {
                if (ReadField(line))
                {
                    frame = _stray!.Frame;
                    return true;
                }
            }
            else if (EndBlock(out frame))
            {
                return true;
            }
        }

        WatchUnfinishedLine();
        return false;
    }

    private bool SkipByteOrderMark()
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        int seen = Math.Min(_end, mark.Length);
        bool mayBeMark = _buffer.AsSpan(0, seen).SequenceEqual(mark.Slice(0, seen));
        _started = !mayBeMark || seen == mark.Length;
        if (_started && mayBeMark)
        {
            _line = _scanned = mark.Length;
        }

        return _started;
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

        // A blank line ends each event, and needs no search. Startup: a read-only span (docs/startup.md).
        int length = _scanned < _end && _buffer[_scanned] == Lf ? 0 : new ReadOnlySpan<byte>(_buffer, _scanned, _end - _scanned).IndexOfAny(Cr, Lf);
        if (length < 0)
        {
            BytesScanned += _end - _scanned;
            _scanned = _end;
            return false;
        }

        BytesScanned += length + 1;
        if (_aside.Count > 0)
        {
            TakeTogether();
        }

        int lineEnd = _scanned + length;
        line = _buffer.AsSpan(_line, lineEnd - _line);

        // CR ends the line now; if the next byte is LF, it belongs to the same line end. Waiting for it would delay the
        // last event until the server sends more.
        _skipLf = _buffer[lineEnd] == Cr;
        _line = _scanned = lineEnd + 1;
        return true;
    }

    /// <summary>Takes a line. Returns true if it is not a field but may be an error.</summary>
    private bool ReadField(ReadOnlySpan<byte> line)
    {
        var field = FieldOf(line, out var value);
        CheckSize(field, value.Length, _line - 1 - line.Length);
        switch (field)
        {
            case SseField.Ignored:
                HasStray |= !_isOver && line[0] != (byte)':';
                return _stray?.Add(line) == true;
            case SseField.Data:
                AppendData(value);
                break;
            case SseField.Event:
                SetEventName(value);
                break;
            case SseField.Id when value.IndexOf((byte)0) < 0:
                _id = Utf8.ToString(value, _id);
                break;
            case SseField.Retry when !value.IsEmpty && value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0:
                _retry = long.TryParse(Encoding.ASCII.GetString(value), out long milliseconds) ? milliseconds : long.MaxValue;
                break;
        }

        _stray?.Clear();
        return false;
    }

    private static SseField FieldOf(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> value)
    {
        if (line.StartsWith("data: "u8)) // nearly every line
        {
            value = line.Slice(6);
            return SseField.Data;
        }

        int colon = line.Slice(0, Math.Min(line.Length, LongestName + 1)).IndexOf((byte)':');
        var name = colon < 0 ? line : line.Slice(0, colon);
        value = colon < 0 ? default : line.Slice(colon + 1);
        value = !value.IsEmpty && value[0] == (byte)' ' ? value.Slice(1) : value;
        return name.SequenceEqual("data"u8) ? SseField.Data
            : name.SequenceEqual("event"u8) ? SseField.Event
            : name.SequenceEqual("id"u8) ? SseField.Id
            : name.SequenceEqual("retry"u8) ? SseField.Retry
            : SseField.Ignored;
    }

    private void AppendData(ReadOnlySpan<byte> value)
    {
        if (!_hasData)
        {
            _hasData = true;
            _dataEnd = _line - 1; // the first byte of the line end; an LF after its CR is not skipped yet
            _dataStart = _dataEnd - value.Length;
            _dataOffset = OffsetOf(_dataStart);
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
        BytesCopied += value.Length;
    }

    /// <summary>A blank line: there is an event only if there was data.</summary>
    private bool EndBlock(out SseFrame frame)
    {
        bool dispatched = _hasData;
        frame = default;
        if (dispatched)
        {
            frame = new SseFrame(_eventName.AsSpan(0, _eventNameLength), _buffer.AsSpan(_dataStart, DataLength), EventCount, _dataOffset)
            {
                Id = _id,
                Retry = _retry,
                IsStray = _isOver,
                Own = _isWhole && _dataStart < Block ? _lent = new EventBytes(_buffer, _dataStart, DataLength) : null,
            };
            EventCount += _isOver ? 0 : 1;
            _retry = null;
        }

        _hasData = false;
        _dataStart = _dataEnd = 0;
        _eventNameLength = 0;
        return dispatched;
    }

    /// <summary>Checks the beginning of an incomplete line, so that an endless line is neither kept for nothing nor without a limit.</summary>
    private void WatchUnfinishedLine()
    {
        int length = _asideLength + _end - _line;
        bool isPressing = _end == _buffer.Length || DataLength + length > maxEventBytes;
        if (length <= LongestName || _line == _end || !isPressing)
        {
            return;
        }

        var start = _aside.Count > 0 ? _aside[0] : _buffer.AsSpan(_line, length);
        var field = FieldOf(start, out var value);
        CheckSize(field, value.Length + length - start.Length, _line - _asideLength);
        if (field == SseField.Ignored && !(length < LongestStray && _stray?.Takes(start) == true))
        {
            HasStray |= start[0] != (byte)':';

            // The rest of the line is ignored too: it continues as a comment that begins here.
            DropAside();
            _line = _end - 1;
            _buffer[_line] = (byte)':';
        }
    }

    /// <summary>Checks the data, including one more line, against the limit, and the other fields separately.</summary>
    private void CheckSize(SseField field, int length, int line)
    {
        long size = length + (field == SseField.Data && _hasData ? DataLength + 1L : 0);
        if (size > maxEventBytes && field != SseField.Ignored)
        {
            throw new EventTooLargeException(maxEventBytes.Value, EventCount, OffsetOf(line));
        }
    }
}
