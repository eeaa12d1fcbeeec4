using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>
/// Slows calls down together: give the same gate to the <see cref="RequestOptions.Gate"/> of each. It reads what responses say
/// about the service's limits of requests and tokens, and lets requests pass one after the other as long as there is something
/// left for them; a call that receives a 429 all the same holds the gate for as long as the service asks.
/// </summary>
/// <param name="clock">The clock to measure waits with; null, the default, is the system's.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "The semaphore has no handle unless one is requested.")]
public sealed class RateGate(TimeProvider? clock = null)
{
    // Before the service has said anything, limits are not known: a thousand requests at once might be refused.
    private const int FirstAtOnce = 16;
    private const double FirstInterval = 0.01;

    // Seconds. Of a limit that is used up for longer, such as a day's, the service is to tell.
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

    /// <summary>What the service has said last about its limits; null when it has said nothing.</summary>
    public RateLimits? Limits { get; private set; }

    /// <summary>How long it takes until the next request may pass, as far as that is known; zero when nobody waits.</summary>
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

    /// <summary>Holds the gate for a while; a wait that is longer already stays.</summary>
    public void Hold(TimeSpan wait)
    {
        lock (_lock)
        {
            _openAt = Math.Max(_openAt, Now + wait.TotalSeconds);
        }
    }

    /// <summary>Waits until a request may be sent.</summary>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public Task PassAsync(CancellationToken cancellationToken) => PassAsync(0, cancellationToken);

    /// <summary>The same for a request of so many tokens, as far as that can be known.</summary>
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
            _turn.Release();
        }
    }

    /// <summary>Lets a request pass if there is something left for it; null when it has to wait.</summary>
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

    /// <summary>Reads what the response to a request says.</summary>
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

    /// <summary>Waits for a time, or until a response says something.</summary>
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
        stop.Cancel(); // no timer stays behind
        cancellationToken.ThrowIfCancellationRequested();
    }
}

/// <summary>A request that has passed a gate.</summary>
/// <param name="gate">The gate.</param>
/// <param name="sentAt">When it has passed, on the gate's clock.</param>
/// <param name="weight">Of how many tokens it is, as far as that could be known.</param>
/// <param name="requests">How many had by then, itself included.</param>
/// <param name="tokens">With how many tokens.</param>
internal sealed class RatePass(RateGate gate, double sentAt, double weight, double requests, double tokens)
{
    public double Weight { get; } = weight;

    public double SentAt { get; } = sentAt;

    public double Requests { get; } = requests;

    public double Tokens { get; } = tokens;

    /// <summary>Reads what the response to it says.</summary>
    /// <param name="limits">The limits in its headers; null where they tell none.</param>
    /// <param name="isRefused">Whether it is a 429.</param>
    public void Tell(RateLimits? limits, bool isRefused) => gate.Tell(this, limits, isRefused);
}
