namespace OpenAIStream;

/// <summary>An event of a call. No event contains a key.</summary>
public abstract record CallEvent
{
    private protected CallEvent()
    {
    }
}

/// <summary>A request is about to be sent.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Address">The address, including the query.</param>
/// <param name="Attempt">The number of the attempt, starting at 1.</param>
/// <param name="BodyBytes">The size of the body, 0 if there is none; null if it is not known before the body is sent.</param>
public sealed record RequestSending(string Method, Uri Address, int Attempt, long? BodyBytes) : CallEvent;

/// <summary>A part of a large body has been sent; reported about every megabyte.</summary>
/// <param name="SentBytes">The number of bytes sent.</param>
/// <param name="BodyBytes">The total number of bytes; null if unknown.</param>
public sealed record BodySending(long SentBytes, long? BodyBytes) : CallEvent;

/// <summary>The response headers have arrived.</summary>
/// <param name="StatusCode">The HTTP status.</param>
/// <param name="RequestId">The id of the request at the service.</param>
/// <param name="Elapsed">The time since the request was sent.</param>
public sealed record ResponseReceived(int StatusCode, string? RequestId, TimeSpan Elapsed) : CallEvent
{
    /// <summary>What the response reports about the limits of the service; null if it reports nothing.</summary>
    public RateLimits? RateLimits { get; init; }
}

/// <summary>An attempt failed with a transient error; the delay before the next attempt begins now.</summary>
/// <param name="Attempt">The number of the next attempt, starting at 2.</param>
/// <param name="Delay">The length of the delay.</param>
/// <param name="Reason">Why the previous attempt failed.</param>
public sealed record RetryWaiting(int Attempt, TimeSpan Delay, ApiException Reason) : CallEvent;

/// <summary>A response or a batch has not ended; the delay before the next check starts now.</summary>
/// <param name="ResponseId">Its id.</param>
/// <param name="Status">Its status, such as queued or in_progress.</param>
/// <param name="Delay">The length of the delay.</param>
public sealed record ResponsePending(string ResponseId, string Status, TimeSpan Delay) : CallEvent;

/// <summary>The stream of a background response broke and is being resumed.</summary>
/// <param name="ResponseId">The response.</param>
/// <param name="StartingAfter">The sequence number of the last event that arrived.</param>
/// <param name="Reason">The error that broke it.</param>
public sealed record StreamResuming(string ResponseId, long? StartingAfter, ApiException Reason) : CallEvent;
