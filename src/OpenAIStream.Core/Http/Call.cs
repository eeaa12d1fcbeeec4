namespace OpenAIStream;

/// <summary>
/// The life of one call, from its first attempt to the end of its stream: the token under which everything in it waits, why
/// that token was canceled, and the secrets that were sent. A timeout that ends one attempt does not end the call, so
/// another attempt can follow; everything else ends the call.
/// </summary>
internal sealed class Call : IDisposable
{
    private const string Property = "OpenAIStream.Call";

    // Never disposed: it has no timer and no handle, and can be canceled at any time.
    private CancellationTokenSource _stop = new();
    private readonly object _gate = new();
    private readonly TimeProvider _clock;
    private readonly TimeSpan _connectionTimeout;
    private readonly TimeSpan _operationTimeout;
    private readonly TimeSpan? _totalTimeout;
    private readonly SilenceTimer _silence;
    private readonly ITimer? _totalTimer;
    private readonly long _begun;
    private readonly CancellationTokenRegistration _callerStops;
    private readonly CancellationTokenRegistration _clientStops;
    private CancellationTokenRegistration _readerStops;
    private CancellationToken _canceledBy;
    private readonly Link _link;
    private volatile Ending _ending;
    private bool _isDisposed;

    /// <param name="options">The clock and the timeouts.</param>
    /// <param name="callerToken">The token of the caller.</param>
    /// <param name="clientToken">Canceled when the client is disposed.</param>
    /// <param name="telemetry">Watches the call; null if nobody listens.</param>
    /// <param name="own">The timeouts of the call itself; null values are taken from the options.</param>
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
        _silence = new SilenceTimer(_gate, _clock, _operationTimeout, () => Mark(Ending.OperationTimeout, default));
        _totalTimer = _totalTimeout is not TimeSpan total ? null
            : _clock.CreateTimer(static call => ((Call)call!).Stop(Ending.TotalTimeout), this, total, Timeout.InfiniteTimeSpan);
        _callerStops = StopWhen(Ending.Canceled, callerToken);
        _clientStops = StopWhen(Ending.ClientDisposed, clientToken);
    }

    // The values before TotalTimeout end only an attempt.
    private enum Ending
    {
        None,
        ConnectionTimeout,
        OperationTimeout,
        TotalTimeout,
        Canceled,
        ClientDisposed,
        Disposed,
    }

    /// <summary>The token of the current attempt; that of the last attempt continues with its stream.</summary>
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

    /// <summary>The options of the client.</summary>
    public OpenAIClientOptions Options { get; }

    public CallTelemetry? Telemetry { get; }

    /// <summary>What the request continues from, for connections that then need to send less.</summary>
    public RequestContinuation? Continuation { get; init; }

    /// <summary>Whether the service may have received the request, on a transport over which it must not be sent twice.</summary>
    public bool MayHaveBeenSent { get; set; }

    /// <summary>Whether the request can be sent again, as far as its kind goes.</summary>
    public bool IsRepeatable { get; init; } = true;

    /// <summary>Whether the request is not sent again once the service may have received it.</summary>
    public bool IsSentOnce => !IsRepeatable || MayHaveBeenSent;

    /// <summary>Whether the service may have acted on an earlier attempt whose answer did not arrive.</summary>
    public bool MayHaveActed { get; set; }

    /// <summary>
    /// Sends more input while the request is being answered, and calls the action directly before; null if the transport does
    /// not support that.
    /// </summary>
    public Func<byte[], Action, CancellationToken, Task>? SendMore { get; set; }

    /// <summary>The call that a request belongs to; null for a request from another client.</summary>
    public static Call? Of(HttpRequestMessage message) => message.GetProperty(Property) as Call;

    /// <summary>Makes the call of a request known to the handlers.</summary>
    public void Attach(HttpRequestMessage message) => message.SetProperty(Property, this);

    public TimeSpan Elapsed => _clock.GetElapsedTime(_begun);

    /// <summary>The rest of the total timeout; null without one.</summary>
    public TimeSpan? TimeLeft => _totalTimeout - Elapsed;

    /// <summary>Makes the call usable again after a timeout that ended only its attempt.</summary>
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

    /// <summary>Starts the operation timeout: from here until <see cref="EndWait"/>, the server must send something in time.</summary>
    public void BeginWait() => _silence.BeginWait();

    /// <summary>Restarts the operation timeout: the server has sent something that is not the response, or the request is still being sent.</summary>
    public void Heard() => _silence.Heard();

    public void EndWait() => _silence.EndWait();

    /// <summary>Lets tokens keep the call alive, because something waits that only they can end.</summary>
    public void Hold() => _link.Held = this;

    /// <summary>
    /// Releases the call: a stream that is neither read nor disposed is garbage-collected and its connection closed, even
    /// though its tokens live on.
    /// </summary>
    public void Release() => _link.Held = null;

    /// <summary>Reports an event of the call to listeners.</summary>
    public void Tell(CallEvent callEvent, RequestOptions? options)
    {
        Telemetry?.Note(callEvent);
        options?.OnEvent?.Invoke(callEvent);
    }

    /// <summary>Waits between two attempts.</summary>
    /// <exception cref="Exception">The reason why the call was stopped in the meantime.</exception>
    public async Task DelayAsync(TimeSpan delay)
    {
        BeginAttempt(); // a timeout that has ended the attempt must not end the delay
        try
        {
            await _clock.Delay(delay, Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            throw WhyStopped(exception) ?? exception;
        }
    }

    /// <summary>Also ends the call when the reader's token is canceled; an earlier token of a reader no longer does.</summary>
    public void StopWith(CancellationToken token)
    {
        var reader = StopWhen(Ending.Canceled, token);
        lock (_gate)
        {
            if (!_isDisposed)
            {
                (reader, _readerStops) = (_readerStops, reader);
            }
        }

        reader.Dispose(); // the earlier one; or this one, because the call is over
    }

    /// <summary>An exception of the network, which can quote what the server sent.</summary>
    public Exception WithoutSecrets(Exception exception) => ExceptionMessages.Rewrite(exception, message => Secrets.Hide(message)!);

    /// <summary>The timer that ends the attempt if no connection is established in time; null without a limit.</summary>
    public ITimer? StartConnectionTimer() => _connectionTimeout == Timeout.InfiniteTimeSpan ? null
        : _clock.CreateTimer(static call => ((Call)call!).Stop(Ending.ConnectionTimeout), this, _connectionTimeout, Timeout.InfiniteTimeSpan);

    /// <summary>
    /// The exception to throw instead of one from a wait: for the timeout that canceled it, or for the caller's
    /// cancellation; null if the call was not stopped and the original exception applies.
    /// </summary>
    public Exception? WhyStopped(Exception? exception)
    {
        if (_ending == Ending.None)
        {
            return null; // hot path: avoids the lock
        }

        exception = exception is null ? null : WithoutSecrets(exception);
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
                Ending.Canceled => new OperationCanceledException("The call was canceled.", exception, _canceledBy),
                Ending.ClientDisposed => new ObjectDisposedException("The client was disposed during the call.", exception),
                _ => new ObjectDisposedException("The stream was disposed while it was being read.", exception),
            };
        }
    }

    /// <exception cref="Exception">The reason why the call was stopped.</exception>
    public void ThrowIfStopped()
    {
        if (WhyStopped(null) is Exception stopped)
        {
            throw stopped;
        }
    }

    /// <summary>Ends everything that waits in the call, and the call.</summary>
    public void Dispose()
    {
        Stop(Ending.Disposed);
        CancellationTokenRegistration reader;
        lock (_gate)
        {
            _isDisposed = true;
            reader = _readerStops;
        }

        // Disposing a registration waits for its callback, which must not happen under the lock that the callback takes.
        _callerStops.Dispose();
        _clientStops.Dispose();
        reader.Dispose();
        _silence.Dispose();
        _totalTimer?.Dispose();
    }

    private CancellationTokenRegistration StopWhen(Ending ending, CancellationToken token)
    {
        var link = _link; // and not the call
        return token.CanBeCanceled ? token.Register(() => link.Call?.Stop(ending, token)) : default;
    }

    private void Stop(Ending ending, CancellationToken by = default)
    {
        CancellationTokenSource? stop;
        lock (_gate)
        {
            stop = Mark(ending, by);
        }

        stop?.Cancel(); // runs continuations, which must not happen under the lock
    }

    /// <summary>Records why the call ends, unless an equally strong reason is recorded. Called under the lock.</summary>
    private CancellationTokenSource? Mark(Ending ending, CancellationToken by)
    {
        bool isStronger = _ending == Ending.None || (_ending < Ending.TotalTimeout && ending >= Ending.TotalTimeout);
        if (_isDisposed || !isStronger)
        {
            return null;
        }

        _ending = ending;
        _canceledBy = by;
        return _stop;
    }

    /// <summary>What tokens know about a call.</summary>
    private sealed class Link(Call call)
    {
        private readonly WeakReference<Call> _weak = new(call);

        public Call? Held { get; set; } = call;

        public Call? Call => Held ?? (_weak.TryGetTarget(out var call) ? call : null);
    }
}
