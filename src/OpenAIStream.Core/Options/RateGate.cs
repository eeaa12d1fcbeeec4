using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>
/// Slows calls down together: set the same gate as <see cref="RequestOptions.Gate"/> of each call. It reads the request and
/// token limits of the service from responses, and lets requests pass one after another as long as the limits allow; if a
/// call still receives a 429, it holds the gate for as long as the service asks.
/// </summary>
/// <param name="clock">The clock that measures delays; null, the default, uses the clock of the system.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "The semaphore has no handle unless one is requested.")]
public sealed class RateGate(TimeProvider? clock = null)
{
    // Before the service has reported its limits, they are unknown: a thousand requests at once could be refused.
    private const int FirstAtOnce = 16;
    private const double FirstInterval = 0.01;

    // In seconds. If a limit is used up for longer, such as a daily one, the service has to report it.
    private const double LongestWait = 120;

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly long _begun = (clock ?? TimeProvider.System).GetTimestamp();
    private readonly object _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1); // one waits for time, the others for their turn
    private readonly RateBudget _requests = new(1, learns: false);
    private readonly RateBudget _tokens = new(1, learns: true);
    private TaskCompletionSource<bool>? _news;
    private int _version;
    private int _passed;
    private bool _hasHeard;
    private double _openAt;
    private double _passAt;

    /// <summary>What the service last reported about its limits; null if it has reported nothing.</summary>
    public RateLimits? Limits { get; private set; }

    /// <summary>The time until the next request can pass, as far as known; zero if nobody waits.</summary>
    public TimeSpan Wait
    {
        get
        {
            lock (_lock)
            {
                return TimeSpan.FromSeconds(Math.Max(0, Math.Max(_openAt, _passAt) - Now));
            }
        }
    }

    // Never the time of day: that can be set back, and then nobody would pass.
    private double Now => _clock.GetElapsedTime(_begun).TotalSeconds;

    /// <summary>Holds the gate for some time; a longer hold stays in effect.</summary>
    public void Hold(TimeSpan wait)
    {
        lock (_lock)
        {
            _openAt = Math.Max(_openAt, Now + wait.TotalSeconds);
        }
    }

    /// <summary>Waits until a request can be sent.</summary>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public Task PassAsync(CancellationToken cancellationToken) => PassAsync(0, cancellationToken);

    /// <summary>The same for a request with an estimated number of tokens.</summary>
    internal async Task<RatePass> PassAsync(int tokens, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            RatePass? pass;
            while ((pass = TryPass(tokens, out double wait, out int version)) is null)
            {
                await WaitAsync(TimeSpan.FromSeconds(Math.Min(wait, LongestWait)), version, cancellationToken).ConfigureAwait(false);
            }

            return pass;
        }
        finally
        {
            lock (_lock)
            {
                _passAt = 0; // it has passed or left; the next one sets its own time
            }

            _turn.Release();
        }
    }

    /// <summary>Lets a request pass if the limits allow it; null if it has to wait.</summary>
    internal RatePass? TryPass(int tokens, out double wait, out int version)
    {
        lock (_lock)
        {
            double now = Now;
            version = _version;
            double planned = Math.Max(_requests.Wait(1, now), _tokens.Wait(tokens, now));
            wait = Math.Max(_openAt - now, planned < LongestWait ? planned : 0);
            if (wait > 0)
            {
                _passAt = now + wait;
                return null;
            }

            _openAt = !_hasHeard && ++_passed >= FirstAtOnce ? now + FirstInterval : now;
            return new RatePass(this, now, tokens, _requests.Send(1, now), _tokens.Send(tokens, now));
        }
    }

    /// <summary>Reads what the response to a request reports.</summary>
    internal void Tell(RatePass pass, RateLimits? limits, bool isRefused)
    {
        TaskCompletionSource<bool>? news;
        lock (_lock)
        {
            _hasHeard = true;
            Limits = limits ?? Limits;
            _requests.Tell(limits?.Requests, 1, pass.Requests, pass.SentAt, isRefused);
            _tokens.Tell(limits?.Tokens, pass.Weight, pass.Tokens, pass.SentAt, isRefused);
            _version++;
            news = _news;
            _news = null;
        }

        news?.TrySetResult(true);
    }

    /// <summary>Waits for some time, or until a response reports something.</summary>
    private async Task WaitAsync(TimeSpan wait, int version, CancellationToken cancellationToken)
    {
        var news = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_version != version)
            {
                return;
            }

            _news = news;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_clock.Delay(wait, stop.Token), news.Task).ConfigureAwait(false);
        stop.Cancel(); // so that no timer remains
        cancellationToken.ThrowIfCancellationRequested();
    }
}

/// <summary>A request that has passed a gate.</summary>
/// <param name="gate">The gate.</param>
/// <param name="sentAt">When it passed, on the gate's clock.</param>
/// <param name="weight">The estimated number of its tokens.</param>
/// <param name="requests">The number of requests up to and including this one.</param>
/// <param name="tokens">The number of their tokens.</param>
internal sealed class RatePass(RateGate gate, double sentAt, double weight, double requests, double tokens)
{
    public double Weight { get; } = weight;

    public double SentAt { get; } = sentAt;

    public double Requests { get; } = requests;

    public double Tokens { get; } = tokens;

    /// <summary>Reads what the response to the request reports.</summary>
    /// <param name="limits">The limits in its headers; null if there are none.</param>
    /// <param name="isRefused">Whether the response is a 429.</param>
    public void Tell(RateLimits? limits, bool isRefused) => gate.Tell(this, limits, isRefused);
}
