namespace OpenAIStream;

/// <summary>
/// Pings a server that has been silent for a while, and says when it answers nothing: a connection that was cut without a
/// word looks like one on which nobody speaks. Time counts only while the connection is read, so that whoever reads slowly
/// does not take the server for gone; and from the moment that the ping was written, so that a long request need not wait.
/// </summary>
internal sealed class SocketPulse : IDisposable
{
    /// <summary>How long a server is silent before it is pinged; twice as long at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    /// <summary>How long after a ping something has to come. A request that was written just before may still be on its way.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly Func<Task> _ping;
    private readonly Action<Exception> _fail;
    private readonly ITimer _timer;
    private volatile bool _isWaiting; // somebody reads
    private volatile bool _isSilent;  // since the last look
    private bool _isAsked;

    /// <param name="clock">The clock.</param>
    /// <param name="ping">Sends a ping.</param>
    /// <param name="fail">Ends the connection.</param>
    public SocketPulse(TimeProvider clock, Func<Task> ping, Action<Exception> fail)
    {
        _ping = ping;
        _fail = fail;
        _timer = clock.CreateTimer(static pulse => ((SocketPulse)pulse!).Look(), this, Interval, Timeout.InfiniteTimeSpan);
    }

    public void BeginWait() => _isWaiting = true;

    public void EndWait() => _isWaiting = _isSilent = false;

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (!_isWaiting || !_isSilent)
        {
            _isSilent = true;
            _isAsked = false;
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
        else if (_isAsked)
        {
            _fail(new IOException(FormattableString.Invariant($"The server did not answer a ping within {Longest.TotalSeconds} s.")));
        }
        else
        {
            _isAsked = true;
            _ = PingAsync();
        }
    }

    private async Task PingAsync()
    {
        try
        {
            await _ping().ConfigureAwait(false);
            _timer.Change(Longest, Timeout.InfiniteTimeSpan);
        }
        catch (Exception)
        {
            // The connection is closed: its reader hears of it.
        }
    }
}
