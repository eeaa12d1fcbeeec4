namespace OpenAIStream;

/// <summary>Per-call overrides of the client's options.</summary>
public sealed class RequestOptions
{
    /// <summary>Headers of this call; they override those of the client.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Query parameters of this call.</summary>
    public IDictionary<string, string> Query { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Query parameters of this call whose names can occur several times. They follow those in <see cref="Query"/>.</summary>
    public IList<KeyValuePair<string, string>> RepeatedQuery { get; } = [];

    /// <summary>
    /// The longest silence in this call: until the response headers arrive, and then between two reads of the body. Null,
    /// the default, uses <see cref="OpenAIClientOptions.OperationTimeout"/>; <see cref="Timeout.InfiniteTimeSpan"/> means
    /// no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not above 0 and below 25 days.</exception>
    public TimeSpan? OperationTimeout
    {
        get;
        set => field = Checked(value);
    }

    /// <summary>
    /// The longest time for this call, including retries and the stream. Null, the default, uses <see
    /// cref="OpenAIClientOptions.TotalTimeout"/>; <see cref="Timeout.InfiniteTimeSpan"/> means no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not above 0 and below 25 days.</exception>
    public TimeSpan? TotalTimeout
    {
        get;
        set => field = Checked(value);
    }

    /// <summary>
    /// The number of retries of this call after a transient failure. Null, the default, uses <see
    /// cref="OpenAIClientOptions.MaximumRetryCount"/>; 0 turns retries off.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 0.</exception>
    public int? MaximumRetryCount
    {
        get;
        set => field = value is not < 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The count must be 0 or more.");
    }

    /// <summary>Does not resume the stream of a background response if it breaks.</summary>
    public bool NoResume { get; set; }

    /// <summary>
    /// Whether the request can be retried after a transient failure even if the service may have received it. Null, the
    /// default: <see cref="OpenAIClient.Send"/> and similar methods do so for GET, HEAD, OPTIONS, PUT and DELETE, and if
    /// the header <c>Idempotency-Key</c> is sent; any other request only if the service has certainly not acted on it. The
    /// endpoints of the client know their requests and ignore this setting.
    /// </summary>
    public bool? IsRepeatable { get; set; }

    /// <summary>
    /// Called for each event of the call: sending, the delay before a retry, the response. It is called on the thread of
    /// the event and must return at once.
    /// </summary>
    public Action<CallEvent>? OnEvent { get; set; }

    /// <summary>
    /// Shared by calls that slow down together: they keep to the limits that the service reports, and if one of them
    /// receives a 429, all of them pause. Null, the default, pauses only that call.
    /// </summary>
    public RateGate? Gate { get; set; }

    /// <summary>
    /// Sends nothing: the call ends with a <see cref="RequestNotSentException"/> that describes the request and its
    /// address. No connection is opened, and no token is requested.
    /// </summary>
    public bool DryRun { get; set; }

    private static TimeSpan? Checked(TimeSpan? value) => value is not TimeSpan time || Limits.IsTimeout(time)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), time, "The timeout must be above 0 and below 25 days, or Timeout.InfiniteTimeSpan.");
}
