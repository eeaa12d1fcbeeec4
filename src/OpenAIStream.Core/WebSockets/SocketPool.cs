namespace OpenAIStream;

/// <summary>
/// The sockets of a client. A request takes the lane of the response that it goes on from, else a socket that is idle, else
/// another lane where the server knows lanes, else a new socket. Whether it knows them, the first request that runs beside
/// another one finds out, alone on a socket of its own.
/// </summary>
internal sealed class SocketPool(TimeProvider clock) : IDisposable
{
    // The service closes a socket after 60 minutes, whatever runs on it.
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(55);

    private readonly object _gate = new();
    private readonly List<ResponseSocket> _sockets = [];
    private int _connecting;
    private bool? _knowsLanes;
    private TaskCompletionSource<bool>? _asking; // whether the server knows lanes
    private bool _isDisposed;

    /// <summary>A lane for a request.</summary>
    /// <param name="key">Whose sockets to take.</param>
    /// <param name="parentId">The response that is gone on from.</param>
    /// <param name="open">Opens a socket.</param>
    /// <param name="stop">Ends the waiting.</param>
    public async Task<SocketLane> TakeAsync(string key, string? parentId, Func<long, Task<ResponseSocket>> open, CancellationToken stop)
    {
        while (true)
        {
            bool asks;
            Task asked;
            lock (_gate)
            {
                if (Find(key, parentId) is SocketLane lane)
                {
                    return lane;
                }

                asks = _asking is null && _knowsLanes is null && (_connecting > 0 || _sockets.Exists(socket => socket.Key == key && socket.IsUsable));
                asked = asks ? Task.CompletedTask : _asking?.Task ?? Task.CompletedTask;
                _asking = asks ? new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously) : _asking;
                _connecting += asked.IsCompleted ? 1 : 0;
            }

            if (asked.IsCompleted)
            {
                return await ConnectAsync(open, asks).ConfigureAwait(false);
            }

            await WaitAsync(asked, stop).ConfigureAwait(false);
        }
    }

    /// <summary>The lane of a response that the service may know by its socket alone; null when there is none that is free.</summary>
    public SocketLane? TakeKnown(string key, string parentId)
    {
        lock (_gate)
        {
            return Usable(key).Select(socket => socket.Take(parentId, mustKnow: true, withNames: true)).FirstOrDefault(static lane => lane is not null);
        }
    }

    /// <summary>The server knows lanes, or not.</summary>
    public void Learn(bool? knowsLanes)
    {
        TaskCompletionSource<bool>? asking;
        lock (_gate)
        {
            _knowsLanes = knowsLanes ?? _knowsLanes;
            asking = _asking;
            _asking = null;
        }

        asking?.TrySetResult(true);
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
                var lane = socket.Take(null, mustKnow: false, _knowsLanes == true, isNamed: asks) ?? throw new IOException("The server closed the socket at once.");
                socket.Learn = lane.Name is null ? null : knows => Learn(knows);
                socket.Start();
                return lane;
            }
        }
        catch when (asks)
        {
            Learn(null);
            throw;
        }
        finally
        {
            lock (_gate)
            {
                _connecting--;
            }
        }
    }
}
