namespace OpenAIStream;

/// <summary>Holds back the calls that share it when one of them was told that there are too many.</summary>
internal sealed class RateGate(TimeProvider clock)
{
    private long _openAt;

    /// <summary>Lets nobody pass for a while.</summary>
    public void Hold(TimeSpan wait)
    {
        long openAt = (clock.GetUtcNow() + wait).UtcTicks;
        long known = Volatile.Read(ref _openAt);
        while (openAt > known && Interlocked.CompareExchange(ref _openAt, openAt, known) != known)
        {
            known = Volatile.Read(ref _openAt);
        }
    }

    public async Task PassAsync(CancellationToken stop)
    {
        long left;
        while ((left = Volatile.Read(ref _openAt) - clock.GetUtcNow().UtcTicks) > 0)
        {
            await clock.Delay(TimeSpan.FromTicks(left), stop).ConfigureAwait(false);
        }
    }
}
