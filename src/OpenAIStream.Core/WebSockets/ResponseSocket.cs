using System.Net.WebSockets;

namespace OpenAIStream;

/// <summary>
/// One open socket: it is read all the while, so that pings are answered and its end is known, and what comes goes to the
/// exchange it is of. Reading waits only where an exchange holds much that nobody takes, and nobody waits for another.
/// </summary>
internal sealed class ResponseSocket : IDisposable
{
    /// <summary>How many responses one socket may have under way.</summary>
    public const int MostRunning = 16;

    /// <summary>How many lanes it may name in its life.</summary>
    public const int MostNames = 32;

    private const int MostUnread = 1024 * 1024;
    private const int SendSize = 1024 * 1024; // a long request in pieces, so that a pong need not wait for its end
    private static readonly TimeSpan LongestClose = TimeSpan.FromSeconds(1);

    private readonly WebSocket _socket;
    private readonly FrameBuffer _frame;
    private readonly SemaphoreSlim _sending = new(1);
    private SocketLane[] _lanes; // replaced whole, so that it can be read without the gate
    private TaskCompletionSource<bool>? _room; // of the reading, which waits for it
    private int _uses;
    private bool _isClosing;
    private int _isClosed;

    /// <param name="opening">The socket, just opened.</param>
    /// <param name="key">Whose it is: the address and the headers that it was opened with.</param>
    /// <param name="maxEventBytes">The most bytes that one frame may have.</param>
    /// <param name="opened">When it was opened, on the client's clock.</param>
    public ResponseSocket(SocketOpening opening, string key, long? maxEventBytes, long opened)
    {
        _socket = opening.Socket!;
        Headers = opening.Headers;
        Key = key;
        Opened = opened;
        _frame = new FrameBuffer(maxEventBytes);
        _lanes = [new SocketLane(this, null)];
        opening.OnHeard = Heard;
    }

    public object Gate { get; } = new();

    public string Key { get; }

    public long Opened { get; }

    /// <summary>What the server said when it opened the socket.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>Whether it takes no more requests: it is too old, or somebody left a response of it in the middle.</summary>
    public bool IsRetired { get; private set; }

    /// <summary>Told of what a lane's first event says: whether the server knows lanes.</summary>
    public Action<bool>? Learn { get; set; }

    public bool IsUsable => _isClosed == 0 && !IsRetired && _socket.State == WebSocketState.Open;

    public bool IsIdle => Array.TrueForAll(_lanes, static lane => !lane.IsTaken);

    private int Running => _lanes.Count(static lane => lane.IsTaken);

    /// <summary>Begins to read. Once.</summary>
    public void Start() => _ = ReadAsync();

    /// <summary>Takes a lane; null when there is none.</summary>
    /// <param name="parentId">The response that is gone on from; its own lane is the best.</param>
    /// <param name="mustKnow">Whether only the lane of that response will do.</param>
    /// <param name="withNames">Whether the server knows lanes, so that several responses can run at once.</param>
    /// <param name="isNamed">Whether it must be a lane with a name.</param>
    public SocketLane? Take(string? parentId, bool mustKnow, bool withNames, bool isNamed = false)
    {
        lock (Gate)
        {
            if (!IsUsable || Running >= MostRunning || (!withNames && !IsIdle))
            {
                return null;
            }

            var free = _lanes.Where(static lane => !lane.IsTaken).ToList();
            var lane = parentId is null ? null : free.Find(one => one.LastResponseId == parentId);
            if (lane is null && !mustKnow)
            {
                free.RemoveAll(one => one.Name is null ? isNamed : !withNames && !isNamed);
                bool canName = (withNames || isNamed) && _lanes.Length <= MostNames;
                lane = free.Find(static one => one.LastResponseId is null)
                    ?? (canName ? NewLane() : free.OrderBy(static one => one.LastUse).FirstOrDefault());
            }

            if (lane is not null)
            {
                lane.IsTaken = true;
                lane.LastUse = ++_uses;
            }

            return lane;
        }
    }

    /// <summary>Sends a request on a lane that was taken. Null when the socket was closed before any of it was written.</summary>
    public async Task<SocketExchange?> SendAsync(SocketLane lane, byte[] request, Call? call, CancellationToken stop)
    {
        var exchange = new SocketExchange(lane, call);
        lock (Gate)
        {
            lane.Running = exchange;
            lane.LastResponseId = null; // a response that fails takes what it goes on from with it
        }

        try
        {
            if (!await SendAsync(request, exchange, stop).ConfigureAwait(false))
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

    /// <summary>Sends a frame. False when the socket was closed before any of it was written.</summary>
    public async Task<bool> SendAsync(byte[] frame, SocketExchange exchange, CancellationToken stop)
    {
        await _sending.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            stop.ThrowIfCancellationRequested();
            if (_isClosed != 0 || _socket.State != WebSocketState.Open)
            {
                return false;
            }

            exchange.BeginSending();

            int at = 0;
            do
            {
                int count = Math.Min(SendSize, frame.Length - at);
                var piece = new ArraySegment<byte>(frame, at, count);
                at += count;
                await _socket.SendAsync(piece, WebSocketMessageType.Text, at == frame.Length, stop).ConfigureAwait(false);
            }
            while (at < frame.Length);
            return true;
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Lets go of a lane that was taken and is not used.</summary>
    public void Return(SocketLane lane)
    {
        lock (Gate)
        {
            Free(lane);
        }

        CloseIfDone();
    }

    /// <summary>
    /// Somebody has let go of an exchange. The service cannot be told to stop one, so that one in the middle costs the socket:
    /// at once where nothing else runs on it, else when all of it has ended.
    /// </summary>
    public void Leave(SocketExchange exchange, bool isEarly)
    {
        bool isLast;
        lock (Gate)
        {
            if (!exchange.IsSent)
            {
                Free(exchange.Lane);
                isEarly = false;
            }

            isLast = isEarly && Array.TrueForAll(_lanes, static lane => lane.Running?.IsLeft != false);
            IsRetired |= isEarly;
        }

        if (isLast)
        {
            Close(new ObjectDisposedException(nameof(ResponseSocket)));
        }

        ReadOn();
    }

    /// <summary>Takes no more requests, and closes when those under way have ended.</summary>
    public void Retire()
    {
        lock (Gate)
        {
            IsRetired = true;
        }

        CloseIfDone();
    }

    /// <summary>Goes on reading where that waits for room.</summary>
    public void ReadOn()
    {
        if (Volatile.Read(ref _room) is not null)
        {
            lock (Gate)
            {
                if (!IsFull)
                {
                    _room?.TrySetResult(true);
                    _room = null;
                }
            }
        }
    }

    /// <summary>Closes it with all that runs on it.</summary>
    public void Dispose() => Close(new ObjectDisposedException(nameof(ResponseSocket)));

    private bool IsFull => Array.Exists(_lanes, static lane => lane.Running?.Unread > MostUnread)
        && !Array.Exists(_lanes, static lane => lane.Running?.IsWaitedFor == true);

    private SocketLane NewLane()
    {
        var lane = new SocketLane(this, FormattableString.Invariant($"lane-{_lanes.Length}"));
        _lanes = [.. _lanes, lane];
        return lane;
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _frame.ReadAsync(_socket).ConfigureAwait(false))
            {
                Heard();
                if (HandOn() is Task<bool> room)
                {
                    await room.ConfigureAwait(false);
                }

                CloseIfDone();
            }

            EndAll(SocketErrors.OfClose(_socket));
            await CloseInOrderAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Close(exception);
        }
    }

    /// <summary>Gives the frame to the exchange that it is of. Returns what to wait for before the next is read.</summary>
    private Task<bool>? HandOn()
    {
        lock (Gate)
        {
            if (_frame.IsTooLarge)
            {
                IsRetired = true;
                var large = _frame.TakeUnfinished(); // whose reader finds that it is too large
                foreach (var one in _lanes)
                {
                    one.Running?.Add(large, isOwn: true);
                }

                throw new IOException("A frame is larger than the limit.");
            }

            var frame = SocketFrame.Read(_frame.Data, _lanes.Length > 1);
            var lane = LaneOf(frame);
            if (lane?.Running is SocketExchange exchange && !(frame.ResponseId is not null && frame.ResponseId == lane.EndedId && frame.IsEnd))
            {
                HandTo(exchange, frame);
            }
            else if (frame.IsError)
            {
                IsRetired = true; // it is about the connection
            }

            return IsFull ? (_room = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task : null;
        }
    }

    /// <summary>The lane that a frame is of. One that names none is of the default one; from a server that knows no lanes, of the only one that runs.</summary>
    private SocketLane? LaneOf(in SocketFrame frame)
    {
        SocketLane? only = null;
        int running = 0;
        foreach (var lane in _lanes)
        {
            if (lane.Running is { IsOver: false })
            {
                if (lane.Name == frame.Lane)
                {
                    return lane;
                }

                only = lane;
                running++;
            }
        }

        return running == 1 && frame.Lane is null ? only : null;
    }

    private void HandTo(SocketExchange exchange, in SocketFrame frame)
    {
        if (exchange.Lane.Name is not null)
        {
            Learn?.Invoke(frame.Lane is not null);
        }

        bool isRefusal = frame.IsError && exchange.TryRefuse(_frame.Data);
        if (!isRefusal)
        {
            exchange.Add(_frame.Take(out bool isOwn), isOwn);
        }

        if (IsLast(exchange, frame))
        {
            var lane = exchange.Lane;
            Free(lane);
            lane.EndedId = exchange.ResponseId;
            lane.LastResponseId = frame.IsError || frame.Type == "response.failed" ? null : frame.ResponseId;
            exchange.End(null);
        }
    }

    /// <summary>Whether an exchange ends with a frame: a response that was steered has a successor.</summary>
    private static bool IsLast(SocketExchange exchange, in SocketFrame frame)
    {
        switch (frame.Type)
        {
            case "response.created":
                exchange.ResponseId = frame.ResponseId;
                exchange.OpenSteers = exchange.HasEnded ? 0 : exchange.OpenSteers; // the successor has what was said
                exchange.HasEnded = false;
                return false;
            case "response.steer.failed":
                exchange.OpenSteers = Math.Max(0, exchange.OpenSteers - 1);
                return exchange.HasEnded && exchange.OpenSteers == 0;
            case "response.steer.pending":
                return true; // the caller is to go on
            default:
                exchange.HasEnded |= frame.IsEnd;
                return frame.IsEnd && (frame.IsError || exchange.OpenSteers == 0);
        }
    }

    private static void Free(SocketLane lane)
    {
        lane.Running = null;
        lane.IsTaken = false;
    }

    private void Heard()
    {
        // Pings too, which say that the server is there: a response may take its time.
        foreach (var lane in _lanes)
        {
            lane.Running?.Call?.Heard();
        }
    }

    private void CloseIfDone()
    {
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
        try
        {
            using var limit = new CancellationTokenSource(LongestClose);
            await _sending.WaitAsync(limit.Token).ConfigureAwait(false);
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", limit.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It is closed, whether the server hears of it or not.
        }

        Close(null);
    }

    /// <summary>Ends what runs, with a fault or in order, and closes the connection.</summary>
    private void Close(Exception? fault)
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            EndAll(fault);
            _socket.Abort();
            _socket.Dispose();
        }
    }

    private void EndAll(Exception? fault)
    {
        lock (Gate)
        {
            IsRetired = true;
            foreach (var lane in _lanes)
            {
                lane.Running?.End(fault);
                Free(lane);
            }

            _room?.TrySetResult(true);
            _room = null;
        }
    }
}
