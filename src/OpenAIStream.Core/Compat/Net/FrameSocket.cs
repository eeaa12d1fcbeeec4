using System.Buffers.Binary;
using System.Text;

namespace OpenAIStream;

/// <summary>
/// The frames of a WebSocket (RFC 6455) on a connection, here for .NET. Its own reads bring many frames at once, pings and
/// their answers are seen, and a server that has gone without a word is noticed (<see cref="SocketPulse"/>). .NET's own
/// WebSocket looks at each byte of a text by itself, which took 300 ns an event of 250 bytes. Text is not checked to be UTF-8,
/// as it is not over HTTP.
/// </summary>
internal sealed class FrameSocket : IDisposable
{
    private const int BufferSize = 16 * 1024;

    private readonly Stream _connection;
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly SemaphoreSlim _writing = new(1);
    private readonly SocketPulse _pulse;
    private int _start;
    private int _end;
    private long _left;       // of the frame that is being read
    private bool _isLast;     // that frame is its message's last
    private bool _isInside;   // a message has begun, and its last frame has not come
    private byte[]? _pong;    // what is to be answered; only the last ping counts
    private Exception? _fault;
    private volatile bool _isClosed;

    /// <param name="connection">The connection, upgraded; closed with the socket.</param>
    /// <param name="clock">Tells how long the server has been silent.</param>
    public FrameSocket(Stream connection, TimeProvider clock)
    {
        _connection = connection;
        _pulse = new SocketPulse(clock, () => WriteAsync(FrameKind.Ping, default, isLast: true, default), Fail);
    }

    /// <summary>The headers that it was opened with.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Told whenever anything has come, be it a ping.</summary>
    public Action? OnHeard { get; set; }

    /// <summary>Whether it can be written to, as far as is known.</summary>
    public bool IsOpen => !_isClosed && CloseCode is null;

    /// <summary>The code that the server has closed it with; 1000 where it said none.</summary>
    public int? CloseCode { get; private set; }

    /// <summary>What the server said with it.</summary>
    public string? CloseReason { get; private set; }

    /// <summary>Reads the next piece of a message.</summary>
    /// <exception cref="IOException">The connection broke, or what came is not the protocol.</exception>
    public ValueTask<ReceivedFrame> ReadAsync(ArraySegment<byte> into) =>
        TryRead(into, out var read) ? new ValueTask<ReceivedFrame>(read) : ReceiveAsync(into);

    /// <summary>Writes a piece of a message.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="isFirst">Whether the message begins with it.</param>
    /// <param name="isLast">Whether it ends with it.</param>
    /// <param name="stop">Ends the writing, and the socket with it.</param>
    public Task SendAsync(ArraySegment<byte> piece, bool isFirst, bool isLast, CancellationToken stop) =>
        WriteAsync(isFirst ? FrameKind.Text : FrameKind.Continuation, piece, isLast, stop);

    /// <summary>Tells the server that no more comes.</summary>
    public Task CloseAsync(CancellationToken stop)
    {
        byte[] code = [1000 >> 8, 1000 & 0xFF];
        return WriteAsync(FrameKind.Close, code, isLast: true, stop);
    }

    public void Dispose()
    {
        _isClosed = true;
        _pulse.Dispose();
        _connection.Dispose();
    }

    private void Fail(Exception reason)
    {
        _fault ??= reason;
        Dispose();
    }

    private async ValueTask<ReceivedFrame> ReceiveAsync(ArraySegment<byte> into)
    {
        while (true)
        {
            if (_left > 0 && _start == _end && into.Count >= BufferSize)
            {
                int count = await FillAsync(into.AsMemory(0, (int)Math.Min(into.Count, _left))).ConfigureAwait(false);
                _left -= count;
                return new ReceivedFrame(count, _isLast && _left == 0, IsClose: false);
            }

            // What is there is the beginning of a header or of a control frame.
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            _end += await FillAsync(_buffer.AsMemory(_end)).ConfigureAwait(false);
            if (TryRead(into, out var read))
            {
                return read;
            }
        }
    }

    private async ValueTask<int> FillAsync(Memory<byte> into)
    {
        try
        {
            _pulse.BeginWait();
            int count = await _connection.ReadAsync(into).ConfigureAwait(false);
            _pulse.EndWait();
            OnHeard?.Invoke();
            return count > 0 ? count : throw new IOException("The server ended the connection without closing the socket.");
        }
        catch (Exception) when (_fault is not null)
        {
            throw _fault;
        }
    }

    /// <summary>What of a message has come already. False when more has to come first.</summary>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    public bool TryRead(ArraySegment<byte> into, out ReceivedFrame read)
    {
        read = default;
        while (_left == 0)
        {
            var bytes = _buffer.AsSpan(_start, _end - _start);
            if (!FrameHeader.TryRead(bytes, _isInside, out var header) || (header.IsControl && bytes.Length < header.Size + header.Length))
            {
                return false;
            }

            _start += header.Size;
            if (header.IsControl)
            {
                if (TakeControl(header.Kind, (int)header.Length))
                {
                    read = new ReceivedFrame(0, IsEnd: true, IsClose: true);
                    return true;
                }

                continue;
            }

            _left = header.Length;
            _isLast = header.IsLast;
            _isInside = !header.IsLast;
            if (_left == 0)
            {
                read = new ReceivedFrame(0, _isLast, IsClose: false);
                return true;
            }
        }

        int count = (int)Math.Min(_left, Math.Min(into.Count, _end - _start));
        _buffer.AsSpan(_start, count).CopyTo(into);
        _start += count;
        _left -= count;
        read = new ReceivedFrame(count, _isLast && _left == 0, IsClose: false);
        return count > 0;
    }

    /// <summary>Takes a control frame. True when it closes the socket.</summary>
    private bool TakeControl(FrameKind kind, int length)
    {
        var payload = _buffer.AsSpan(_start, length);
        _start += length;
        if (kind == FrameKind.Close)
        {
            CloseReason = length > 2 ? Encoding.UTF8.GetString(payload.Slice(2)) : null;
            CloseCode = length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1000;
            return true;
        }

        if (kind == FrameKind.Ping && Interlocked.Exchange(ref _pong, payload.ToArray()) is null)
        {
            _ = AnswerAsync();
        }

        return false;
    }

    private async Task AnswerAsync()
    {
        try
        {
            await _writing.WaitAsync().ConfigureAwait(false);
            try
            {
                await WriteFrameAsync(FrameKind.Pong, Interlocked.Exchange(ref _pong, null)!, isLast: true, default).ConfigureAwait(false);
            }
            finally
            {
                _writing.Release();
            }
        }
        catch (Exception)
        {
            // The connection is closed: its reader hears of it.
        }
    }

    private async Task WriteAsync(FrameKind kind, ArraySegment<byte> payload, bool isLast, CancellationToken stop)
    {
        await _writing.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            await WriteFrameAsync(kind, payload, isLast, stop).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Writes a frame. What fails in the middle of it closes the socket: nobody could read what comes after.</summary>
    private async Task WriteFrameAsync(FrameKind kind, ArraySegment<byte> payload, bool isLast, CancellationToken stop)
    {
        byte[] frame = System.Buffers.ArrayPool<byte>.Shared.Rent(FrameHeader.Longest + payload.Count);
        try
        {
            int length = FrameMask.Write(frame, (byte)((isLast ? 0x80 : 0) | (int)kind), payload);
            await _connection.WriteAsync(frame.AsMemory(0, length), stop).ConfigureAwait(false);
            await _connection.FlushAsync(stop).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            throw new IOException("The socket was closed while it was being written to.");
        }
        catch
        {
            Dispose();
            throw;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(frame);
        }
    }
}
