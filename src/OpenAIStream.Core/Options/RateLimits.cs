using System.Globalization;
using System.Net.Http.Headers;

namespace OpenAIStream;

/// <summary>
/// What a response reports about the limits of the service (<c>x-ratelimit-...</c>): how many requests and tokens can still
/// be sent, of how many, and when the full limit is available again. Values that the service does not report are null.
/// </summary>
/// <param name="Requests">The request limit.</param>
/// <param name="Tokens">The token limit.</param>
public sealed record RateLimits(RateLimit? Requests, RateLimit? Tokens)
{
    /// <summary>Both limits as text.</summary>
    public override string ToString() => string.Join(", ", new[] { Text(Requests, "requests"), Text(Tokens, "tokens") }.OfType<string>());

    /// <summary>The limits in the headers of a response; null if there are none. Azure sends -1 if it has none.</summary>
    internal static RateLimits? Of(HttpResponseHeaders headers)
    {
        var requests = Of(headers, "requests");
        var tokens = Of(headers, "tokens");
        return requests is null && tokens is null ? null : new RateLimits(requests, tokens);
    }

    private static RateLimit? Of(HttpResponseHeaders headers, string what)
    {
        var limit = new RateLimit(Number(headers, $"x-ratelimit-limit-{what}"), Number(headers, $"x-ratelimit-remaining-{what}"), GoDuration.Read(Value(headers, $"x-ratelimit-reset-{what}")));
        return limit.Limit is null && limit.Remaining is null ? null : limit;
    }

    private static string? Text(RateLimit? limit, string what) => limit is null ? null
        : FormattableString.Invariant($"{limit.Remaining:N0}{(limit.Limit is long most ? FormattableString.Invariant($" of {most:N0}") : "")} {what} left")
            + (limit.Reset is TimeSpan reset ? FormattableString.Invariant($" (full again in {reset.TotalSeconds:0.#} s)") : "");

    private static long? Number(HttpResponseHeaders headers, string name) =>
        long.TryParse(Value(headers, name), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static string? Value(HttpResponseHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.FirstOrDefault()?.Trim() : null;
}

/// <summary>One limit of a service, as a response reported it.</summary>
/// <param name="Limit">The full limit.</param>
/// <param name="Remaining">What is left of it.</param>
/// <param name="Reset">The time until the full limit is available again.</param>
public sealed record RateLimit(long? Limit, long? Remaining, TimeSpan? Reset);
