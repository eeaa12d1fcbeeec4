namespace OpenAIStream;

/// <summary>Something that happened with a call. None of them holds a key.</summary>
public abstract record CallEvent
{
    private protected CallEvent()
    {
    }
}

/// <summary>A request is about to be sent.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Address">The address, query included.</param>
/// <param name="Attempt">Which attempt this is, from 1.</param>
/// <param name="BodyBytes">The size of the body, 0 where there is none; null where it is not known before it is sent.</param>
public sealed record RequestSending(string Method, Uri Address, int Attempt, long? BodyBytes) : CallEvent;

/// <summary>A part of a large body has been sent: about every megabyte.</summary>
/// <param name="SentBytes">How much of it.</param>
/// <param name="BodyBytes">Of how much; null where that is not known.</param>
public sealed record BodySending(long SentBytes, long? BodyBytes) : CallEvent;

/// <summary>Response headers have come.</summary>
/// <param name="StatusCode">The HTTP status.</param>
/// <param name="RequestId">The id of the request at the service.</param>
/// <param name="Elapsed">Time since the request was sent.</param>
public sealed record ResponseReceived(int StatusCode, string? RequestId, TimeSpan Elapsed) : CallEvent
{
    /// <summary>What the response says about the service's limits; null when it says nothing.</summary>
    public RateLimits? RateLimits { get; init; }
}

/// <summary>An attempt failed in a way that may pass; the wait before the next begins now.</summary>
/// <param name="Attempt">Which attempt comes next, from 2.</param>
/// <param name="Delay">How long the wait is.</param>
/// <param name="Reason">Why the one before failed.</param>
public sealed record RetryWaiting(int Attempt, TimeSpan Delay, ApiException Reason) : CallEvent;

/// <summary>A response that is waited for has not ended; the wait before it is asked for again begins now.</summary>
/// <param name="ResponseId">The response.</param>
/// <param name="Status">Its status: queued or in_progress.</param>
/// <param name="Delay">How long the wait is.</param>
public sealed record ResponsePending(string ResponseId, string Status, TimeSpan Delay) : CallEvent;

/// <summary>A background response's stream broke and is gone on with.</summary>
/// <param name="ResponseId">The response.</param>
/// <param name="StartingAfter">The sequence number of the last event that came.</param>
/// <param name="Reason">How it broke.</param>
public sealed record StreamResuming(string ResponseId, long? StartingAfter, ApiException Reason) : CallEvent;
