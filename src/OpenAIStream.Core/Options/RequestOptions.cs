namespace OpenAIStream;

/// <summary>Per-call overrides of the client's options.</summary>
public sealed class RequestOptions
{
    /// <summary>Headers of this call alone; they win over the client's.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Query parameters of this call alone.</summary>
    public IDictionary<string, string> Query { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Query parameters of this call alone whose name may occur several times. They follow those in <see cref="Query"/>.</summary>
    public IList<KeyValuePair<string, string>> RepeatedQuery { get; } = [];

    /// <summary>
    /// The longest silence of this call: until the response's headers, then between two reads of the body. Null, the default,
    /// takes <see cref="OpenAIClientOptions.OperationTimeout"/>; <see cref="Timeout.InfiniteTimeSpan"/> is no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not above 0 and below 25 days.</exception>
    public TimeSpan? OperationTimeout
    {
        get;
        set => field = Checked(value);
    }

    /// <summary>
    /// The longest that this call may take, retries and stream included. Null, the default, takes
    /// <see cref="OpenAIClientOptions.TotalTimeout"/>; <see cref="Timeout.InfiniteTimeSpan"/> is no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not above 0 and below 25 days.</exception>
    public TimeSpan? TotalTimeout
    {
        get;
        set => field = Checked(value);
    }

    /// <summary>
    /// How often this call is sent again after a failure that may pass. Null, the default, takes
    /// <see cref="OpenAIClientOptions.MaximumRetryCount"/>; 0 turns retries off.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 0.</exception>
    public int? MaximumRetryCount
    {
        get;
        set => field = value is not < 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The count must be 0 or more.");
    }

    /// <summary>Leaves a background response's stream that breaks as it is, instead of going on with it.</summary>
    public bool NoResume { get; set; }

    /// <summary>
    /// Whether the request may be sent again after a failure that may pass, though the service may have received it. Null, the
    /// default: <see cref="OpenAIClient.Send"/> and its like do so for GET, HEAD, OPTIONS, PUT and DELETE, and where a header
    /// <c>Idempotency-Key</c> is sent; any other request only where the service has surely done nothing with it. The
    /// endpoints of the client know what they ask, and do not look here.
    /// </summary>
    public bool? IsRepeatable { get; set; }

    /// <summary>
    /// Told of what happens with the call: sending, waiting before a retry, the response. It is called on the thread
    /// where it happens and must return at once.
    /// </summary>
    public Action<CallEvent>? OnEvent { get; set; }

    /// <summary>
    /// Shared by calls that slow down together: they keep to the limits that the service tells, and a 429 that one of them
    /// receives pauses all of them. Null, the default, pauses that call alone.
    /// </summary>
    public RateGate? Gate { get; set; }

    /// <summary>
    /// Sends nothing: the call ends with a <see cref="RequestNotSentException"/> that tells what would have been sent, and
    /// where. No connection is opened, and no token is asked for.
    /// </summary>
    public bool DryRun { get; set; }

    private static TimeSpan? Checked(TimeSpan? value) => value is not TimeSpan time || Limits.IsTimeout(time)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), time, "The timeout must be above 0 and below 25 days, or Timeout.InfiniteTimeSpan.");
}
