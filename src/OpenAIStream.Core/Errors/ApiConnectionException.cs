namespace OpenAIStream;

/// <summary>The connection could not be opened, or broke.</summary>
public class ApiConnectionException(string message, Exception? innerException = null) : ApiException(message, innerException);

/// <summary>A timeout expired.</summary>
public sealed class ApiTimeoutException(string message, TimeoutKind timeout, Exception? innerException = null)
    : ApiConnectionException(message, innerException)
{
    /// <summary>The timeout that expired.</summary>
    public TimeoutKind Timeout { get; } = timeout;
}

/// <summary>
/// The response ended before the model had finished: without <c>[DONE]</c>, finish reason or terminal event, or in the
/// middle of its data. The text that had arrived is in <see cref="ApiException.PartialText"/>.
/// </summary>
public sealed class StreamEndedEarlyException(string message, StreamEnd end, Exception? innerException = null)
    : ApiConnectionException(message, innerException)
{
    /// <summary>How the response ended.</summary>
    public StreamEnd End { get; } = end;
}

/// <summary>The timeouts of a request.</summary>
public enum TimeoutKind
{
    /// <summary>Opening the connection, including TLS.</summary>
    Connection,

    /// <summary>Silence: until the response headers arrive, and then between two reads of the body.</summary>
    Operation,

    /// <summary>The whole call, including retries and the stream.</summary>
    Total,
}
