using System.Diagnostics;

namespace OpenAIStream;

/// <summary>The total timeout of several requests that are one call for the user, such as those for the pages of a list.</summary>
/// <param name="total">The time for all of them, from now on; null without a limit.</param>
internal sealed class SharedTimeout(TimeSpan? total)
{
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();

    /// <summary>Sends a request in the time that is left.</summary>
    /// <param name="options">The options of the request, which receive that time.</param>
    /// <param name="send">Sends it.</param>
    /// <exception cref="ApiTimeoutException">No time is left.</exception>
    public async Task<T> SendAsync<T>(RequestOptions options, Func<Task<T>> send)
    {
        if (total is not TimeSpan time || time == Timeout.InfiniteTimeSpan)
        {
            return await send().ConfigureAwait(false);
        }

        var left = time - _elapsed.Elapsed;
        options.TotalTimeout = left > TimeSpan.Zero ? left : throw Expired(time, null);
        try
        {
            return await send().ConfigureAwait(false);
        }
        catch (ApiTimeoutException exception) when (exception.Timeout == TimeoutKind.Total)
        {
            throw Expired(time, exception);
        }
    }

    private static ApiTimeoutException Expired(TimeSpan total, Exception? reason) =>
        new(FormattableString.Invariant($"The list took longer than {total.TotalSeconds:0.###} s (TotalTimeout)."), TimeoutKind.Total, reason);
}
