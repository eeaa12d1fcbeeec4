using System.Globalization;
using System.Text.Json;

namespace OpenAIStream.Loopback;

/// <summary>
/// Enforces limits for requests and tokens as services do, and reports them in headers. The limits refill continuously, or
/// all at once when a window ends.
/// </summary>
public sealed class RateLimiter
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly double _window;
    private readonly bool _fills;
    private readonly bool _plainSeconds;
    private readonly Allowance _requests;
    private readonly Allowance _tokens;
    private readonly long _begun;

    /// <param name="requests">Requests per window.</param>
    /// <param name="tokens">Tokens per window.</param>
    /// <param name="window">The length of a window.</param>
    /// <param name="fills">Whether the limits refill continuously.</param>
    /// <param name="plainSeconds">Whether times are whole seconds, as Azure sends them.</param>
    /// <param name="clock">The clock; null means the system's.</param>
    public RateLimiter(long requests, long tokens, TimeSpan window, bool fills, bool plainSeconds = false, TimeProvider? clock = null)
    {
        _clock = clock ?? TimeProvider.System;
        _begun = _clock.GetTimestamp();
        _window = window.TotalSeconds;
        _fills = fills;
        _plainSeconds = plainSeconds;
        _requests = new Allowance(requests);
        _tokens = new Allowance(tokens);
    }

    /// <summary>How many requests were admitted.</summary>
    public int Admitted { get; private set; }

    /// <summary>How many were refused.</summary>
    public int Refused { get; private set; }

    /// <summary>How many tokens were admitted.</summary>
    public long AdmittedTokens { get; private set; }

    private double Now => _clock.GetElapsedTime(_begun).TotalSeconds;

    /// <summary>Reads limits from JSON: requests, tokens, windowMs, fills, plainSeconds.</summary>
    public static RateLimiter Parse(string json)
    {
        using var limits = JsonDocument.Parse(json);
        var root = limits.RootElement;
        return new RateLimiter(
            root.GetProperty("requests").GetInt64(), root.GetProperty("tokens").GetInt64(), TimeSpan.FromMilliseconds(root.GetProperty("windowMs").GetDouble()),
            root.GetProperty("fills").GetBoolean(), root.TryGetProperty("plainSeconds", out var plain) && plain.GetBoolean());
    }

    /// <summary>Admits a request with this many tokens, or refuses it. Returns the headers with the remaining limits.</summary>
    public bool Take(long tokens, out IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        lock (_gate)
        {
            double now = Now;
            Fill(_requests, now);
            Fill(_tokens, now);
            bool isAdmitted = _requests.Left >= 1 && _tokens.Left >= tokens;
            if (isAdmitted)
            {
                _requests.Left -= 1;
                _tokens.Left -= tokens;
                Admitted++;
                AdmittedTokens += tokens;
            }
            else
            {
                Refused++;
            }

            headers = [.. Headers("requests", _requests, now), .. Headers("tokens", _tokens, now)];
            return isAdmitted;
        }
    }

    /// <summary>The reply to a request, with the headers; 429 when it is refused. Four bytes of its body count as a token.</summary>
    internal Reply Answer(byte[] body, Func<Reply> reply)
    {
        bool isAdmitted = Take(body.Length / 4, out var headers);
        var answer = isAdmitted ? reply() : Reply.Json(429, """{"error":{"message":"Rate limit reached.","code":"rate_limit_exceeded"}}""");
        return headers.Aggregate(answer, static (told, header) => told.Header(header.Key, header.Value));
    }

    private void Fill(Allowance allowance, double now)
    {
        double windows = _fills ? (now - allowance.FilledAt) / _window : Math.Floor(now / _window) - Math.Floor(allowance.FilledAt / _window);
        allowance.Left = Math.Min(allowance.Limit, allowance.Left + (windows * allowance.Limit));
        allowance.FilledAt = now;
    }

    private IEnumerable<KeyValuePair<string, string>> Headers(string what, Allowance allowance, double now)
    {
        double reset = _fills ? (allowance.Limit - allowance.Left) / allowance.Limit * _window : ((Math.Floor(now / _window) + 1) * _window) - now;
        string told = _plainSeconds ? Math.Floor(reset).ToString(CultureInfo.InvariantCulture)
            : reset < 1 ? FormattableString.Invariant($"{Math.Ceiling(reset * 1000)}ms")
            : FormattableString.Invariant($"{Math.Floor(reset / 60)}m{reset % 60:0.###}s");
        yield return new($"x-ratelimit-limit-{what}", allowance.Limit.ToString(CultureInfo.InvariantCulture));
        yield return new($"x-ratelimit-remaining-{what}", Math.Floor(allowance.Left).ToString(CultureInfo.InvariantCulture));
        yield return new($"x-ratelimit-reset-{what}", told);
    }

    private sealed class Allowance(long limit)
    {
        public long Limit { get; } = limit;

        public double Left { get; set; } = limit;

        public double FilledAt { get; set; }
    }
}
