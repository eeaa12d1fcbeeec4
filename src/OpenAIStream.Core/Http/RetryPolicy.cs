using System.Globalization;
using System.Net.Http.Headers;

namespace OpenAIStream;

/// <summary>Whether a failed attempt is retried, and after which delay. The rules are the same as in OpenAI's own clients.</summary>
internal sealed class RetryPolicy(TimeProvider clock, Func<double> jitter)
{
    private static readonly TimeSpan LongestWaitObeyed = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(8);

    /// <summary>
    /// Whether a status may be transient. If a service asks for too long a delay, there is no retry; nor if a proxy
    /// requires another password.
    /// </summary>
    public bool ShouldRetry(int status, HttpResponseHeaders headers)
    {
        if (ProxyErrors.IsRefusal(status) || AskedWait(headers) > LongestWaitObeyed)
        {
            return false;
        }

        return Value(headers, "x-should-retry") switch
        {
            "true" => true,
            "false" => false,
            _ => status is 408 or 409 or 429 or >= 500,
        };
    }

    /// <summary>Whether a status says that the service has not acted on the request, so that repeating it is safe.</summary>
    public bool IsUntouched(int status, HttpResponseHeaders headers) =>
        status == 429 || (status == 503 && AskedWait(headers) is not null) || Value(headers, "x-should-retry") == "true";

    /// <summary>Whether waiting cannot help: the credit is used up, or the request alone exceeds the token limit.</summary>
    public static bool IsFinal(ApiException error) => IsUsedUp(error.Code) || IsUsedUp(error.Type)
        || (error is RateLimitException && error.Message.Contains("Request too large", StringComparison.OrdinalIgnoreCase));

    private static bool IsUsedUp(string? code) => code is not null && (code.StartsWith("insufficient_", StringComparison.Ordinal)
        || code.StartsWith("billing_", StringComparison.Ordinal) || code.EndsWith("_limit_exceeded", StringComparison.Ordinal) && code != "rate_limit_exceeded"
        || code is "exceeded_current_quota_error" or "account_deactivated" or "credit_balance_exhausted");

    /// <summary>The delay: what the service requests, otherwise the backoff.</summary>
    /// <param name="headers">The headers of the response; null if there was none.</param>
    /// <param name="retriesTaken">The number of retries of this call so far.</param>
    public TimeSpan Delay(HttpResponseHeaders? headers, int retriesTaken)
    {
        if (headers is not null && AskedDelay(headers) is TimeSpan asked)
        {
            return asked;
        }

        // 0.5 s, 1, 2, 4, 8, 8, ...; reduced by up to a quarter, so that clients that failed together do not retry
        // together.
        double seconds = Math.Min(0.5 * Math.Pow(2, retriesTaken), LongestBackoff.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (1 - (0.25 * jitter())));
    }

    /// <summary>The delay that the service requests; null if it requests none, or too long a delay.</summary>
    public TimeSpan? AskedDelay(HttpResponseHeaders headers) =>
        AskedWait(headers) is TimeSpan asked && asked > TimeSpan.Zero && asked <= LongestWaitObeyed ? asked : null;

    /// <summary>The delay that the service requests, in its three forms; null if it requests none that can be read.</summary>
    public TimeSpan? AskedWait(HttpResponseHeaders headers)
    {
        if (Number(Value(headers, "retry-after-ms")) is double milliseconds)
        {
            return Span(milliseconds / 1000);
        }

        string? value = Value(headers, "retry-after");
        if (Number(value) is double seconds)
        {
            return Span(seconds);
        }

        return value is not null && RetryConditionHeaderValue.TryParse(value, out var condition) && condition.Date is DateTimeOffset date
            ? date - clock.GetUtcNow()
            : null;
    }

    private static TimeSpan Span(double seconds) => Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds / 2
        ? TimeSpan.FromSeconds(seconds)
        : seconds > 0 ? TimeSpan.MaxValue : TimeSpan.MinValue;

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && !double.IsNaN(number) ? number : null;

    private static string? Value(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault()?.Trim() : null;
}
