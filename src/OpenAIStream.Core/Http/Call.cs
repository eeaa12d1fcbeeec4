namespace OpenAIStream;

/// <summary>
/// The life of one call, from its first attempt to the end of its stream: the token that everything in it waits under,
/// why that token was cancelled, and the secrets that were sent. A timeout that ends one attempt leaves the call alive,
/// so that another attempt may be made; everything else ends the call.
/// </summary>
internal sealed class Call : IDisposable
{
    private const string Property = "OpenAIStream.Call";
    private const long NotWaiting = -1;

    // Never disposed of: it has no timer and no handle, and a cancellation may come at any time.
    private CancellationTokenSource _stop = new();
    private readonly object _gate = new();
    private readonly TimeProvider _clock;
    private readonly TimeSpan _connectionTimeout;
    private readonly TimeSpan _operationTimeout;
    private readonly TimeSpan? _totalTimeout;
    private readonly ITimer _operationTimer;
    private readonly ITimer? _totalTimer;
    private readonly long _begun;
    private readonly CancellationTokenRegistration _callerStops;
    private readonly CancellationTokenRegistration _clientStops;
    private CancellationTokenRegistration _readerStops;
    private CancellationToken _cancelledBy;
    private readonly Link _link;
    private long _waitingSince = NotWaiting;
    private volatile Ending _ending;
    private bool _isDisposed;

    /// <param name="options">The clock and the timeouts.</param>
    /// <param name="callerToken">The caller's.</param>
    /// <param name="clientToken">Cancelled when the client is disposed of.</param>
    /// <param name="telemetry">Watches the call; null where nobody listens.</param>
    /// <param name="own">The call's own timeouts; what is null there is taken from the options.</param>
    public Call(
        OpenAIClientOptions options, CancellationToken callerToken, CancellationToken clientToken, CallTelemetry? telemetry = null, RequestOptions? own = null)
    {
        Telemetry = telemetry;
        Options = options;
        _link = new Link(this);
        _clock = options.TimeProvider;
        _connectionTimeout = options.ConnectionTimeout;
        _operationTimeout = own?.OperationTimeout ?? options.OperationTimeout;
        var totalTimeout = own?.TotalTimeout ?? options.TotalTimeout;
        _totalTimeout = totalTimeout == Timeout.InfiniteTimeSpan ? null : totalTimeout;
        _begun = _clock.GetTimestamp();
        _operationTimer = _clock.CreateTimer(static call => ((Call)call!).OnSilence(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _totalTimer = _totalTimeout is not TimeSpan total ? null
            : _clock.CreateTimer(static call => ((Call)call!).Stop(Ending.TotalTimeout), this, total, Timeout.InfiniteTimeSpan);
        _callerStops = StopWhen(Ending.Cancelled, callerToken);
        _clientStops = StopWhen(Ending.ClientDisposed, clientToken);
    }

    // Before TotalTimeout: what ends an attempt alone.
    private enum Ending
    {
        None,
        ConnectionTimeout,
        OperationTimeout,
        TotalTimeout,
        Cancelled,
        ClientDisposed,
        Disposed,
    }

    /// <summary>What the current attempt waits under; the last attempt's goes on with its stream.</summary>
    public CancellationToken Token
    {
        get
        {
            lock (_gate)
            {
                return _stop.Token;
            }
        }
    }

    public Secrets Secrets { get; } = new();

    public TimeProvider Clock => _clock;

    /// <summary>The client's.</summary>
    public OpenAIClientOptions Options { get; }

    public CallTelemetry? Telemetry { get; }

    /// <summary>What the request goes on from, where a connection that knows it need be sent less.</summary>
    public RequestContinuation? Continuation { get; init; }

    /// <summary>Whether the request may have reached the service, on a transport where it must not be sent twice.</summary>
    public bool MayHaveBeenSent { get; set; }

    /// <summary>Sends more about the request while it is being answered; null where the transport cannot.</summary>
    public Func<byte[], CancellationToken, Task>? SendMore { get; set; }

    /// <summary>The call that a request belongs to; null for one that no client of ours sends.</summary>
    public static Call? Of(HttpRequestMessage message) => message.GetProperty(Property) as Call;

    /// <summary>Tells the handlers which call a request belongs to.</summary>
    public void Attach(HttpRequestMessage message) => message.SetProperty(Property, this);

    public TimeSpan Elapsed => _clock.GetElapsedTime(_begun);

    /// <summary>What is left of the total timeout; null without one.</summary>
    public TimeSpan? TimeLeft => _totalTimeout - Elapsed;

    /// <summary>Makes the call usable again after a timeout that ended its attempt alone.</summary>
    public void BeginAttempt()
    {
        lock (_gate)
        {
            if (_ending is Ending.ConnectionTimeout or Ending.OperationTimeout)
            {
                _ending = Ending.None;
                _stop = new CancellationTokenSource();
            }
        }
    }

    /// <summary>From here until <see cref="EndWait"/> the server must say something within the operation timeout.</summary>
    public void BeginWait()
    {
        lock (_gate)
        {
            _waitingSince = _clock.GetTimestamp();
            _operationTimer.Change(_operationTimeout, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The call goes on: the server has said something that is not the answer, or the request is still being sent. The wait begins again.</summary>
    public void Heard()
    {
        lock (_gate)
        {
            if (_waitingSince != NotWaiting)
            {
                _waitingSince = _clock.GetTimestamp(); // the timer looks at it when it fires
            }
        }
    }

    public void EndWait()
    {
        lock (_gate)
        {
            if (_waitingSince != NotWaiting)
            {
                _waitingSince = NotWaiting;
                _operationTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Lets tokens keep the call alive, because something waits in it that only they may end.</summary>
    public void Hold() => _link.Held = this;

    /// <summary>
    /// Lets go of the call: a stream that nobody reads and nobody disposes is collected, and its connection closed, though
    /// the tokens live on.
    /// </summary>
    public void Release() => _link.Held = null;

    /// <summary>Tells whoever listens that something happened with the call.</summary>
    public void Tell(CallEvent callEvent, RequestOptions? options)
    {
        Telemetry?.Note(callEvent);
        options?.OnEvent?.Invoke(callEvent);
    }

    /// <summary>Waits between two attempts.</summary>
    /// <exception cref="Exception">Why the call was stopped meanwhile.</exception>
    public async Task DelayAsync(TimeSpan delay)
    {
        BeginAttempt(); // a timeout that has ended the attempt must not end the wait
        try
        {
            await _clock.Delay(delay, Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            throw WhyStopped(exception) ?? exception;
        }
    }

    /// <summary>Ends the call also when the reader's token is cancelled.</summary>
    public void StopWith(CancellationToken token)
    {
        _readerStops = StopWhen(Ending.Cancelled, token);
        lock (_gate)
        {
            if (!_isDisposed)
            {
                return;
            }
        }

        _readerStops.Dispose();
    }

    /// <summary>The timer that ends the attempt when no connection is made in time; null without a limit.</summary>
    public ITimer? StartConnectionTimer() => _connectionTimeout == Timeout.InfiniteTimeSpan ? null
        : _clock.CreateTimer(static call => ((Call)call!).Stop(Ending.ConnectionTimeout), this, _connectionTimeout, Timeout.InfiniteTimeSpan);

    /// <summary>
    /// The exception to show for one that came out of a wait: the timeout that cancelled it, or the caller's cancellation;
    /// null when the call was not stopped, so that the exception speaks for itself.
    /// </summary>
    public Exception? WhyStopped(Exception? exception)
    {
        if (_ending == Ending.None)
        {
            return null; // asked for each chunk: without the lock
        }

        lock (_gate)
        {
            return _ending switch
            {
                Ending.None => null,
                Ending.ConnectionTimeout => ConnectionErrors.ConnectionTimeout(_connectionTimeout, exception),
                Ending.OperationTimeout => new ApiTimeoutException(
                    FormattableString.Invariant($"The server sent nothing for {_operationTimeout.TotalSeconds:0.###} s (OperationTimeout)."), TimeoutKind.Operation, exception),
                Ending.TotalTimeout => new ApiTimeoutException(
                    FormattableString.Invariant($"The call took longer than {_totalTimeout!.Value.TotalSeconds:0.###} s (TotalTimeout)."), TimeoutKind.Total, exception),
                Ending.Cancelled => new OperationCanceledException("The call was canceled.", exception, _cancelledBy),
                Ending.ClientDisposed => new ObjectDisposedException("The client was disposed during the call.", exception),
                _ => new ObjectDisposedException("The stream was disposed while it was being read.", exception),
            };
        }
    }

    /// <exception cref="Exception">Why the call was stopped.</exception>
    public void ThrowIfStopped()
    {
        if (WhyStopped(null) is Exception stopped)
        {
            throw stopped;
        }
    }

    /// <summary>Ends whatever waits in the call, and the call.</summary>
    public void Dispose()
    {
        Stop(Ending.Disposed);
        CancellationTokenRegistration reader;
        lock (_gate)
        {
            _isDisposed = true;
            reader = _readerStops;
        }

        // Disposing of a registration waits for its callback to end, which must not happen under the lock it takes.
        _callerStops.Dispose();
        _clientStops.Dispose();
        reader.Dispose();
        _operationTimer.Dispose();
        _totalTimer?.Dispose();
    }

    private CancellationTokenRegistration StopWhen(Ending ending, CancellationToken token)
    {
        var link = _link; // and not the call
        return token.CanBeCanceled ? token.Register(() => link.Call?.Stop(ending, token)) : default;
    }

    private void OnSilence()
    {
        CancellationTokenSource? stop;
        lock (_gate)
        {
            // The timer may fire late, for a wait that is over; a new one has its own time.
            if (_waitingSince == NotWaiting)
            {
                return;
            }

            var left = _operationTimeout - _clock.GetElapsedTime(_waitingSince);
            if (left > TimeSpan.FromMilliseconds(1))
            {
                _operationTimer.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }

            stop = Mark(Ending.OperationTimeout, default);
        }

        stop?.Cancel();
    }

    private void Stop(Ending ending, CancellationToken by = default)
    {
        CancellationTokenSource? stop;
        lock (_gate)
        {
            stop = Mark(ending, by);
        }

        stop?.Cancel(); // runs what waits, which must not happen under the lock
    }

    /// <summary>Notes why it ends, unless a reason as strong is there; the first of equals counts. Under the lock.</summary>
    private CancellationTokenSource? Mark(Ending ending, CancellationToken by)
    {
        bool isStronger = _ending == Ending.None || (_ending < Ending.TotalTimeout && ending >= Ending.TotalTimeout);
        if (_isDisposed || !isStronger)
        {
            return null;
        }

        _ending = ending;
        _cancelledBy = by;
        return _stop;
    }

    /// <summary>What tokens know of a call.</summary>
    private sealed class Link(Call call)
    {
        private readonly WeakReference<Call> _weak = new(call);

        public Call? Held { get; set; } = call;

        public Call? Call => Held ?? (_weak.TryGetTarget(out var call) ? call : null);
    }
}
