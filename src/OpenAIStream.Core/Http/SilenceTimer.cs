namespace OpenAIStream;

/// <summary>Measures silence while somebody waits: from the beginning of the wait, or from what was heard last, up to a limit.</summary>
internal sealed class SilenceTimer : IDisposable
{
    private const long NotWaiting = -1;

    private readonly object _gate;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _limit;
    private readonly Func<CancellationTokenSource?> _expire;
    private readonly ITimer _timer;
    private long _waitingSince = NotWaiting;

    /// <param name="gate">Held for all of it, so that what is heard in the last moment counts.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="limit">The longest silence.</param>
    /// <param name="expire">Says what ends with it; called under the gate, and canceled outside of it.</param>
    public SilenceTimer(object gate, TimeProvider clock, TimeSpan limit, Func<CancellationTokenSource?> expire)
    {
        _gate = gate;
        _clock = clock;
        _limit = limit;
        _expire = expire;
        _timer = clock.CreateTimer(static timer => ((SilenceTimer)timer!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void BeginWait()
    {
        lock (_gate)
        {
            _waitingSince = _clock.GetTimestamp();
            _timer.Change(_limit, Timeout.InfiniteTimeSpan);
        }
    }

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
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        CancellationTokenSource? expired;
        lock (_gate)
        {
            // The timer may fire late, for a wait that is over; a new one has its own time.
            if (_waitingSince == NotWaiting)
            {
                return;
            }

            var left = _limit - _clock.GetElapsedTime(_waitingSince);
            if (left > TimeSpan.FromMilliseconds(1))
            {
                _timer.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }

            expired = _expire();
        }

        expired?.Cancel(); // runs what waits, which must not happen under the lock
    }
}
