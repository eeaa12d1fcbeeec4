namespace OpenAIStream;

/// <summary>The connection could not be made, or broke.</summary>
public class ApiConnectionException(string message, Exception? innerException = null) : ApiException(message, innerException);

/// <summary>One of the timeouts ran out.</summary>
public sealed class ApiTimeoutException(string message, TimeoutKind timeout, Exception? innerException = null)
    : ApiConnectionException(message, innerException)
{
    /// <summary>Which timeout it was.</summary>
    public TimeoutKind Timeout { get; } = timeout;
}

/// <summary>
/// The answer ended before the model had finished: without <c>[DONE]</c>, finish reason or terminal event, or in the
/// middle of its bytes. What had arrived is in <see cref="ApiException.PartialText"/>.
/// </summary>
public sealed class StreamEndedEarlyException(string message, StreamEnd end, Exception? innerException = null)
    : ApiConnectionException(message, innerException)
{
    /// <summary>How it ended.</summary>
    public StreamEnd End { get; } = end;
}

/// <summary>The timeouts of a request.</summary>
public enum TimeoutKind
{
    /// <summary>Making the connection, TLS included.</summary>
    Connection,

    /// <summary>Silence: until the response's headers, then between two reads of the body.</summary>
    Operation,

    /// <summary>The whole call, retries and stream included.</summary>
    Total,
}
