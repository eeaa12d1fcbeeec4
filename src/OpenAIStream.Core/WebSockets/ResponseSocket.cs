namespace OpenAIStream;

/// <summary>
/// One open socket. It is always being read, so pings are answered and a closed socket is noticed; each frame goes to the
/// exchange that it belongs to. Reading pauses only if an exchange holds a lot of unread data and no reader is waiting for
/// another one.
/// </summary>
internal sealed class ResponseSocket : IDisposable
{
    private readonly FrameSocket _socket;
    private readonly FrameBuffer _frame;
    private readonly SocketLanes _lanes;
    private TaskCompletionSource<bool>? _room; // set while the read loop waits for readers to catch up
    private bool _isClosing;
    private int _isClosed;

    /// <param name="socket">The socket that was just opened.</param>
    /// <param name="key">The identity that it belongs to: the address and the headers with which it was opened.</param>
    /// <param name="maxEventBytes">The maximum size of one frame in bytes.</param>
    /// <param name="opened">When it was opened, on the client's clock.</param>
    public ResponseSocket(FrameSocket socket, string key, long? maxEventBytes, long opened)
    {
        _socket = socket;
        Key = key;
        Opened = opened;
        Sender = new SocketSender(socket);
        _frame = new FrameBuffer(maxEventBytes);
        _lanes = new SocketLanes(this);
        _socket.OnHeard = _lanes.Heard;
    }

    public object Gate { get; } = new();

    public string Key { get; }

    public SocketSender Sender { get; }

    public long Opened { get; }

    /// <summary>The headers that the server sent when it opened the socket.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers => _socket.Headers;

    /// <summary>Whether it takes no more requests: it is too old, or a reader left a response on it before the end.</summary>
    public bool IsRetired { get; private set; }

    public bool IsUsable => _isClosed == 0 && !IsRetired && _socket.IsOpen;

    /// <summary>Why the server closed it; null if it has not, or did so normally.</summary>
    public Exception? CloseFault => SocketErrors.OfClose(_socket);

    public bool IsIdle => _lanes.AreIdle;

    /// <summary>Starts reading. Call it once.</summary>
    public void Start() => _ = ReadAsync();

    /// <inheritdoc cref="SocketLanes.Take"/>
    public SocketLane? Take(string? parentId, bool mustKnow, bool withNames, bool isNamed = false)
    {
        lock (Gate)
        {
            return IsUsable ? _lanes.Take(parentId, mustKnow, withNames, isNamed) : null;
        }
    }

    /// <summary>Sends a request on a lane that was taken. Null if the socket was closed before any of it was written.</summary>
    public async Task<SocketExchange?> SendAsync(SocketLane lane, byte[] request, Call? call, CancellationToken stop)
    {
        var exchange = new SocketExchange(lane, call);
        lock (Gate)
        {
            lane.Running = exchange;
            lane.LastResponseId = null; // a failed response also invalidates what it continues from
        }

        try
        {
            if (!await Sender.SendAsync(request, exchange, exchange.BeginSending, stop).ConfigureAwait(false))
            {
                exchange.Dispose();
                return null;
            }

            return exchange;
        }
        catch
        {
            exchange.Dispose();
            throw;
        }
    }

    /// <summary>Releases a lane that was taken but is not used.</summary>
    public void Return(SocketLane lane)
    {
        lock (Gate)
        {
            SocketLanes.Free(lane);
        }

        CloseIfDone();
    }

    /// <summary>
    /// Called when a reader leaves its exchange. The service cannot stop a single response, so leaving one early closes the
    /// socket: immediately if nothing else runs on it, otherwise when everything on it has ended.
    /// </summary>
    public void Leave(SocketExchange exchange, bool isEarly)
    {
        bool isLast;
        lock (Gate)
        {
            if (!exchange.IsSent)
            {
                SocketLanes.Free(exchange.Lane);
                isEarly = false;
            }

            isLast = isEarly && _lanes.AreLeft;
            IsRetired |= isEarly;
        }

        if (isLast)
        {
            Close(new ObjectDisposedException(nameof(ResponseSocket)));
        }

        ReadOn();
    }

    /// <inheritdoc cref="SocketLanes.ForgetSteer"/>
    public void ForgetSteer(SocketExchange exchange)
    {
        lock (Gate)
        {
            SocketLanes.ForgetSteer(exchange);
        }

        CloseIfDone();
    }

    /// <summary>Takes no more requests, and closes when those in progress have ended.</summary>
    public void Retire()
    {
        lock (Gate)
        {
            IsRetired = true;
        }

        CloseIfDone();
    }

    /// <summary>Resumes reading if it is paused and there is room again.</summary>
    public void ReadOn()
    {
        if (Volatile.Read(ref _room) is not null)
        {
            lock (Gate)
            {
                if (!_lanes.IsStillFull)
                {
                    _room?.TrySetResult(true);
                    _room = null;
                }
            }
        }
    }

    /// <summary>Closes it, and ends everything that runs on it.</summary>
    public void Dispose() => Close(new ObjectDisposedException(nameof(ResponseSocket)));

    private async Task ReadAsync()
    {
        try
        {
            while (await NextAsync().ConfigureAwait(false))
            {
                if (HandOn() is Task<bool> room)
                {
                    Wake();
                    await room.ConfigureAwait(false);
                }

                CloseIfDone();
            }

            EndAll(CloseFault);
            await CloseInOrderAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Close(exception);
        }
    }

    /// <summary>Reads the next frame. Readers are woken only if it has not arrived yet: what arrives together is read together.</summary>
    private ValueTask<bool> NextAsync()
    {
        var reading = _frame.ReadAsync(_socket);
        return reading.IsCompleted ? reading : WaitAsync(reading);
    }

    private async ValueTask<bool> WaitAsync(ValueTask<bool> reading)
    {
        Wake();
        bool isOpen = await reading.ConfigureAwait(false);
        _lanes.Heard();
        return isOpen;
    }

    private void Wake()
    {
        lock (Gate)
        {
            _lanes.Wake();
        }
    }

    /// <summary>Passes the frame to its exchange. Returns a task to wait for before the next one is read, or null.</summary>
    private Task<bool>? HandOn()
    {
        lock (Gate)
        {
            IsRetired |= !_lanes.HandOn(_frame) || _frame.IsTooLarge;
            return _frame.IsTooLarge ? throw new IOException("A frame is larger than the limit.")
                : _lanes.IsFull ? (_room = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task
                : null;
        }
    }

    private void CloseIfDone()
    {
        if (!IsRetired)
        {
            return; // the usual case
        }

        bool isDone;
        lock (Gate)
        {
            isDone = IsRetired && IsIdle && !_isClosing;
            _isClosing |= isDone;
        }

        if (isDone)
        {
            _ = CloseInOrderAsync();
        }
    }

    private async Task CloseInOrderAsync()
    {
        await Sender.CloseAsync().ConfigureAwait(false);
        Close(null);
    }

    /// <summary>Ends what runs, with a fault or normally, and closes the connection.</summary>
    private void Close(Exception? fault)
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            EndAll(fault);
            _socket.Dispose();
        }
    }

    private void EndAll(Exception? fault)
    {
        lock (Gate)
        {
            IsRetired = true;
            _lanes.EndAll(fault);
            _room?.TrySetResult(true);
            _room = null;
        }
    }
}
