namespace OpenAIStream;

/// <summary>
/// Slows calls down together: give the same gate to the <see cref="RequestOptions.Gate"/> of each. While the gate is held,
/// none of them sends a request; a call that receives a 429 holds it for as long as the service asks.
/// </summary>
/// <param name="clock">The clock to measure the wait with; null, the default, is the system's.</param>
public sealed class RateGate(TimeProvider? clock = null)
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly long _begun = (clock ?? TimeProvider.System).GetTimestamp();
    private long _openAt;

    // Never the time of day: that can be set back, and then nobody would pass.
    private long Now => _clock.GetElapsedTime(_begun).Ticks;

    /// <summary>Holds the gate for a while; a wait that is longer already stays.</summary>
    public void Hold(TimeSpan wait)
    {
        long openAt = Now + wait.Ticks;
        long known = Volatile.Read(ref _openAt);
        while (openAt > known && Interlocked.CompareExchange(ref _openAt, openAt, known) != known)
        {
            known = Volatile.Read(ref _openAt);
        }
    }

    /// <summary>Waits until the gate is open.</summary>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        long left;
        while ((left = Volatile.Read(ref _openAt) - Now) > 0)
        {
            await _clock.Delay(TimeSpan.FromTicks(left), cancellationToken).ConfigureAwait(false);
        }
    }
}
