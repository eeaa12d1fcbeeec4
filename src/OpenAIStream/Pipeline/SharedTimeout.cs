using System.Diagnostics;

namespace OpenAIStream;

/// <summary>The total timeout of several requests that are one call for the user, such as those for the pages of a list.</summary>
/// <param name="total">The time for all of them, from now on.</param>
internal sealed class SharedTimeout(TimeSpan total)
{
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();

    /// <summary>Sends a request in the time that is left.</summary>
    /// <exception cref="ApiTimeoutException">No time is left.</exception>
    public async Task<T> SendAsync<T>(RequestOptions options, Func<RequestOptions, Task<T>> send)
    {
        var left = total - _elapsed.Elapsed;
        options.TotalTimeout = left > TimeSpan.Zero ? left : throw Expired(null);
        try
        {
            return await send(options).ConfigureAwait(false);
        }
        catch (ApiTimeoutException exception) when (exception.Timeout == TimeoutKind.Total)
        {
            throw Expired(exception);
        }
    }

    private ApiTimeoutException Expired(Exception? reason) =>
        new(FormattableString.Invariant($"The list took longer than {total.TotalSeconds:0.###} s (TotalTimeout)."), TimeoutKind.Total, reason);
}
