namespace OpenAIStream;

/// <summary>
/// The sockets of a client. A request takes the lane of the response that it continues from, otherwise an idle socket,
/// otherwise another lane if the server supports lanes, otherwise a new socket. The first request that runs alongside another
/// one finds out whether the server supports lanes, alone on a socket of its own.
/// </summary>
internal sealed class SocketPool(TimeProvider clock) : IDisposable
{
    // The service closes a socket after 60 minutes, whatever runs on it.
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(55);

    private readonly object _gate = new();
    private readonly List<ResponseSocket> _sockets = [];
    private int _connecting;
    private bool? _knowsLanes;
    private TaskCompletionSource<bool>? _pending; // what others wait for: whether the server supports lanes, or a socket with lanes
    private bool _isDisposed;

    /// <summary>Takes a lane for a request.</summary>
    /// <param name="key">The identity of the sockets.</param>
    /// <param name="parentId">The response to continue from.</param>
    /// <param name="open">Opens a socket.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<SocketLane> TakeAsync(string key, string? parentId, Func<long, Task<ResponseSocket>> open, CancellationToken stop)
    {
        while (true)
        {
            bool asks;
            Task? waited;
            lock (_gate)
            {
                if (Find(key, parentId) is SocketLane lane)
                {
                    return lane;
                }

                waited = _pending?.Task;
                asks = waited is null && _knowsLanes is null && (_connecting > 0 || Usable(key).Any());
                if (waited is null)
                {
                    _connecting++;
                    _pending = asks || _knowsLanes == true ? new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously) : null;
                }
            }

            if (waited is null)
            {
                return await ConnectAsync(open, asks).ConfigureAwait(false);
            }

            await WaitAsync(waited, stop).ConfigureAwait(false);
        }
    }

    /// <summary>The lane of a response that the service may know only on its socket; null if it is not free.</summary>
    public SocketLane? TakeKnown(string key, string parentId)
    {
        lock (_gate)
        {
            return Usable(key).Select(socket => socket.Take(parentId, mustKnow: true, withNames: true)).FirstOrDefault(static lane => lane is not null);
        }
    }

    /// <summary>Records whether the server supports lanes; null if that is not known yet.</summary>
    public void Learn(bool? knowsLanes)
    {
        lock (_gate)
        {
            if (_knowsLanes is not null && (knowsLanes is null || knowsLanes == _knowsLanes))
            {
                return; // nothing new
            }

            _knowsLanes = knowsLanes;
        }

        Release();
    }

    public void Dispose()
    {
        List<ResponseSocket> sockets;
        lock (_gate)
        {
            _isDisposed = true;
            sockets = [.. _sockets];
            _sockets.Clear();
        }

        sockets.ForEach(static socket => socket.Dispose());
    }

    private void ThrowIfDisposed() => _ = _isDisposed ? throw new ObjectDisposedException(nameof(OpenAIClient)) : false;

    private static async Task WaitAsync(Task asked, CancellationToken stop) =>
        await asked.ContinueWith(static _ => true, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).OrStopped(stop).ConfigureAwait(false);

    /// <summary>Releases the requests that wait for what is pending.</summary>
    private void Release()
    {
        TaskCompletionSource<bool>? pending;
        lock (_gate)
        {
            pending = _pending;
            _pending = null;
        }

        pending?.TrySetResult(true);
    }

    private IEnumerable<ResponseSocket> Usable(string key) => _sockets.Where(socket => socket.Key == key && socket.IsUsable);

    private SocketLane? Find(string key, string? parentId)
    {
        ThrowIfDisposed();
        foreach (var old in _sockets.FindAll(socket => clock.GetElapsedTime(socket.Opened) > LongestLife))
        {
            old.Retire(); // closes when nothing runs on it
        }

        _sockets.RemoveAll(static socket => !socket.IsUsable && socket.IsIdle);
        bool withLanes = _knowsLanes == true;
        return Usable(key).Select(socket => parentId is null ? null : socket.Take(parentId, mustKnow: true, withLanes)).FirstOrDefault(static lane => lane is not null)
            ?? Usable(key).OrderBy(static socket => socket.IsIdle ? 0 : 1).Select(socket => socket.Take(null, mustKnow: false, withLanes)).FirstOrDefault(static lane => lane is not null);
    }

    private async Task<SocketLane> ConnectAsync(Func<long, Task<ResponseSocket>> open, bool asks)
    {
        try
        {
            var socket = await open(clock.GetTimestamp()).ConfigureAwait(false);
            lock (_gate)
            {
                using (_isDisposed ? socket : null)
                {
                    ThrowIfDisposed();
                }

                _sockets.Add(socket);
                var lane = socket.Take(null, mustKnow: false, _knowsLanes == true, isNamed: asks) ?? throw new IOException("The server closed the socket immediately.");
                socket.Start();
                return lane;
            }
        }
        catch when (asks)
        {
            Release();
            throw;
        }
        finally
        {
            bool hasLanes;
            lock (_gate)
            {
                _connecting--;
                hasLanes = _knowsLanes == true;
            }

            if (hasLanes)
            {
                Release(); // the waiting requests use its lanes, or open the next socket
            }
        }
    }
}
