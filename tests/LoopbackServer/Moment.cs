using System.Diagnostics;

namespace OpenAIStream.Loopback;

/// <summary>A point in time: the monotonic clock for differences, UTC for comparing with another process.</summary>
public sealed record Moment(long Timestamp, DateTimeOffset Utc)
{
    /// <summary>Milliseconds since 1970 with their fraction, as in the control endpoint's JSON.</summary>
    public double UnixMilliseconds => (Utc - DateTimeOffset.UnixEpoch).TotalMilliseconds;

    public static Moment Now() => new(Stopwatch.GetTimestamp(), DateTimeOffset.UtcNow);

    public TimeSpan Since(Moment earlier) => Stopwatch.GetElapsedTime(earlier.Timestamp, Timestamp);
}
