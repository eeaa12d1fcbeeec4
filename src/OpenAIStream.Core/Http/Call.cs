namespace OpenAIStream;

/// <summary>
/// The life of one call, from its first attempt to the end of its stream: one token that everything in it waits under,
/// and why that token was cancelled.
/// </summary>
internal sealed class Call : IDisposable
{
    private const long NotWaiting = -1;

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _token;
    private readonly CancellationToken _callerToken;
    private readonly CancellationTokenRegistration _callerStops;
    private CancellationTokenRegistration _readerStops;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _operationTimeout;
    private readonly TimeSpan? _totalTimeout;
    private readonly ITimer _operationTimer;
    private readonly ITimer? _totalTimer;
    private readonly long _begun;
    private long _waitingSince = NotWaiting;
    private int _timedOut;

    public Call(OpenAIClientOptions options, CancellationToken callerToken)
    {
        _clock = options.TimeProvider;
        _operationTimeout = options.OperationTimeout;
        _totalTimeout = options.TotalTimeout;
        _token = _stop.Token;
        _callerToken = callerToken;
        _begun = _clock.GetTimestamp();
        _operationTimer = _clock.CreateTimer(static call => ((Call)call!).OnSilence(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _totalTimer = _totalTimeout is null ? null
            : _clock.CreateTimer(static call => ((Call)call!).TimeOut(TimeoutKind.Total), this, _totalTimeout.Value, Timeout.InfiniteTimeSpan);
        _callerStops = callerToken.Register(static call => ((Call)call!).Cancel(), this);
    }

    public CancellationToken Token => _token;

    public TimeSpan Elapsed => _clock.GetElapsedTime(_begun);

    /// <summary>What is left of the total timeout; null without one.</summary>
    public TimeSpan? TimeLeft => _totalTimeout - Elapsed;

    /// <summary>From here until <see cref="EndWait"/> the server must say something within the operation timeout.</summary>
    public void BeginWait()
    {
        Volatile.Write(ref _waitingSince, _clock.GetTimestamp());
        _operationTimer.Change(_operationTimeout, Timeout.InfiniteTimeSpan);
    }

    public void EndWait()
    {
        Volatile.Write(ref _waitingSince, NotWaiting);
        _operationTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends the call also when this token is cancelled.</summary>
    public void StopWith(CancellationToken token) => _readerStops = token.Register(static call => ((Call)call!).Cancel(), this);

    public void Cancel()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call ended while it was being cancelled.
        }
    }

    /// <summary>
    /// The exception to show for one that came out of a wait: the timeout that cancelled it, or the caller's cancellation;
    /// null when the call was not cancelled, so that the exception speaks for itself.
    /// </summary>
    public Exception? WhyStopped(Exception exception)
    {
        if (!_token.IsCancellationRequested)
        {
            return null;
        }

        return (TimeoutKind)(_timedOut - 1) switch
        {
            TimeoutKind.Operation => new ApiTimeoutException(
                $"The server was silent for {_operationTimeout.TotalSeconds:0.###} s (OperationTimeout).", TimeoutKind.Operation, exception),
            TimeoutKind.Total => new ApiTimeoutException(
                $"The call took longer than {_totalTimeout!.Value.TotalSeconds:0.###} s (TotalTimeout).", TimeoutKind.Total, exception),
            _ => new OperationCanceledException("The call was cancelled.", exception, _callerToken.IsCancellationRequested ? _callerToken : _token),
        };
    }

    public void Dispose()
    {
        _callerStops.Dispose();
        _readerStops.Dispose();
        _operationTimer.Dispose();
        _totalTimer?.Dispose();
        _stop.Dispose();
    }

    private void OnSilence()
    {
        // The timer may fire late, for a wait that is over; a new one has its own time.
        long since = Volatile.Read(ref _waitingSince);
        if (since == NotWaiting)
        {
            return;
        }

        var left = _operationTimeout - _clock.GetElapsedTime(since);
        if (left <= TimeSpan.FromMilliseconds(1))
        {
            TimeOut(TimeoutKind.Operation);
        }
        else
        {
            _operationTimer.Change(left, Timeout.InfiniteTimeSpan);
        }
    }

    private void TimeOut(TimeoutKind kind)
    {
        if (!_token.IsCancellationRequested && Interlocked.CompareExchange(ref _timedOut, (int)kind + 1, 0) == 0)
        {
            Cancel();
        }
    }
}
