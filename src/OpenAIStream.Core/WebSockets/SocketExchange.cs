namespace OpenAIStream;

/// <summary>
/// One request on a socket and the frames that answer it, as the body of an event stream: each frame is an event. Received
/// data is held here until it is read; <see cref="ResponseSocket"/> pauses reading if there is too much of it.
/// </summary>
/// <param name="lane">Where it runs.</param>
/// <param name="call">The call that it belongs to; whatever the socket receives restarts its operation timeout.</param>
internal sealed class SocketExchange(SocketLane lane, Call? call) : ReadOnlyStream
{
    private readonly WeakReference<Call>? _call = call is null ? null : new(call); // weak, so that an exchange without a reader can be garbage-collected
    private readonly ByteQueue _events = new();
    private TaskCompletionSource<bool>? _waiting; // set while the reader waits
    private Exception? _fault;
    private bool _hasBegun;

    public SocketLane Lane => lane;

    public Call? Call => _call?.TryGetTarget(out var target) == true ? target : null;

    /// <summary>Whether nothing more will arrive.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether its reader has left.</summary>
    public bool IsLeft { get; private set; }

    /// <summary>The error that arrived instead of an answer, unchanged; null if there is none.</summary>
    public byte[]? Refusal { get; private set; }

    /// <summary>Whether its events name their lane; null before the first.</summary>
    public bool? KnowsLanes { get; set; }

    /// <summary>Whether any of its request may have been written.</summary>
    public bool IsSent { get; private set; }

    /// <summary>The ID of the response that answers it; null until it is known.</summary>
    public string? ResponseId { get; set; }

    /// <summary>Whether its response has ended. A steered response has a successor.</summary>
    public bool HasEnded { get; set; }

    /// <summary>The number of steering inputs whose outcome is not known yet.</summary>
    public int OpenSteers { get; set; }

    /// <summary>The number of bytes that have not been read yet.</summary>
    public long Unread => _events.Length;

    /// <summary>Whether the reader is waiting, with nothing to read.</summary>
    public bool IsWaitedFor => _waiting is not null && _events.Length == 0;

    private object Gate => lane.Socket.Gate;

    /// <summary>Records that its request is about to be written.</summary>
    public void BeginSending()
    {
        IsSent = true;
        if (Call is Call mine)
        {
            mine.MayHaveBeenSent = true;
        }
    }

    /// <summary>Adds a frame. From here to <see cref="End"/>, the caller holds the socket's lock.</summary>
    /// <param name="frame">An event, with the name of the field before the data and the empty line after it.</param>
    /// <param name="isOwn">Whether the array belongs to the exchange from here on.</param>
    public void Add(ArraySegment<byte> frame, bool isOwn)
    {
        _hasBegun = true;
        if (IsLeft)
        {
            return;
        }

        if (isOwn)
        {
            _events.Add(frame);
        }
        else
        {
            _events.Add(frame.AsSpan());
        }
    }

    /// <summary>Adds an error without a status as an event of the answer.</summary>
    public void AddEvent(byte[] frame)
    {
        _events.Add("data: "u8);
        _events.Add(frame.AsSpan());
        _events.Add("\n\n"u8);
    }

    /// <summary>Keeps an error in place of the answer, if none has started.</summary>
    public bool TryRefuse(ReadOnlySpan<byte> error)
    {
        if (_hasBegun)
        {
            return false;
        }

        Refusal = error.ToArray();
        return true;
    }

    /// <summary>Wakes the waiting reader, if there is something to read.</summary>
    public void Wake()
    {
        if (_waiting is not null && (_events.Length > 0 || IsOver || IsLeft || _hasBegun))
        {
            _waiting.TrySetResult(true);
            _waiting = null;
        }
    }

    /// <summary>Records that nothing more will arrive: the answer is complete, or there was a fault.</summary>
    public void End(Exception? fault)
    {
        IsOver = true;
        _fault = fault;
        Wake();
    }

    /// <summary>Waits until the answer has started, or an error has arrived instead.</summary>
    public async Task BeginAsync(CancellationToken stop)
    {
        using var stopping = stop.Register(static exchange => ((SocketExchange)exchange!).Dispose(), this);
        while (true)
        {
            Task<bool> waiting;
            lock (Gate)
            {
                ThrowIfLeft(stop);
                if (Refusal is not null || _hasBegun)
                {
                    return;
                }

                if (IsOver)
                {
                    throw _fault ?? new IOException("The server closed the socket before it responded.");
                }

                waiting = Wait();
            }

            lane.Socket.ReadOn();
            await waiting.ConfigureAwait(false);
        }
    }

    /// <summary>Sends input for the response that is being written.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="begin">Called directly before any of it is written; from there on, the response does not end before its outcome.</param>
    /// <param name="stop">Cancels sending; once it has begun, that closes the socket.</param>
    /// <exception cref="InvalidOperationException">The response has ended.</exception>
    public async Task SteerAsync(byte[] frame, Action begin, CancellationToken stop)
    {
        ThrowIfEnded();
        bool isOpen = false;
        try
        {
            if (!await lane.Socket.Sender.SendAsync(frame, this, Begin, stop).ConfigureAwait(false))
            {
                throw new ApiConnectionException("The socket is closed. The new input for the response was not sent.");
            }
        }
        catch when (isOpen)
        {
            lane.Socket.ForgetSteer(this);
            throw;
        }

        // The input counts only from here: while it waited for other messages, the response may have ended. The lock keeps
        // the reader from seeing that end in between.
        void Begin()
        {
            lock (Gate)
            {
                ThrowIfEnded();
                begin();
                OpenSteers++;
                isOpen = true;
            }
        }

        void ThrowIfEnded()
        {
            lock (Gate)
            {
                if (IsOver || IsLeft)
                {
                    throw new InvalidOperationException("The response has ended.");
                }
            }
        }
    }

    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration stopping = default;
        try
        {
            while (true)
            {
                Task<bool> waiting;
                lock (Gate)
                {
                    ThrowIfLeft(cancellationToken);
                    int taken = _events.Take(buffer.AsSpan(offset, count));
                    if (taken > 0 || IsOver || count == 0)
                    {
                        lane.Socket.ReadOn();
                        return taken > 0 || _fault is null ? taken : throw _fault;
                    }

                    waiting = Wait();
                }

                lane.Socket.ReadOn();
                if (cancellationToken.CanBeCanceled && stopping == default)
                {
                    stopping = cancellationToken.Register(static exchange => ((SocketExchange)exchange!).Dispose(), this);
                }

                await waiting.ConfigureAwait(false);
            }
        }
        finally
        {
            stopping.Dispose();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            bool isEarly;
            lock (Gate)
            {
                isEarly = !IsOver && !IsLeft;
                IsLeft = true;
                _events.Clear();
                Wake();
            }

            lane.Socket.Leave(this, isEarly);
        }

        base.Dispose(disposing);
    }

    private void ThrowIfLeft(CancellationToken stop)
    {
        if (IsLeft)
        {
            stop.ThrowIfCancellationRequested();
            throw new ObjectDisposedException(nameof(SocketExchange));
        }
    }

    private Task<bool> Wait() => (_waiting ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

}
