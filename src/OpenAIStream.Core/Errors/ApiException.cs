namespace OpenAIStream;

/// <summary>A request failed: the service refused it, an error arrived in the stream, or the network failed.</summary>
/// <remarks>
/// <see cref="Exception.Message"/> is displayed and logged, so it is safe for that: characters from the service that could
/// control a terminal or deceive a reader are shown as symbols or codes. The other properties contain what the service
/// sent.
/// </remarks>
public class ApiException : Exception
{
    /// <summary>Creates an exception with a message. Set the other properties to what the service sent, also in a test.</summary>
    public ApiException(string message, Exception? innerException = null) : base(SafeText.Of(message), innerException is null ? null : ExceptionMessages.Rewrite(innerException, Safe))
    {
    }

    /// <summary>The service's error code, such as <c>rate_limit_exceeded</c>.</summary>
    public string? Code { get; set; }

    /// <summary>The type of the error, such as <c>invalid_request_error</c>.</summary>
    public string? Type { get; set; }

    /// <summary>The parameter of the request that the error is about.</summary>
    public string? Param { get; set; }

    /// <summary>The id of the request at the service, from the header <c>x-request-id</c>. Include it when you contact support.</summary>
    public string? RequestId { get; set; }

    /// <summary>The error as the service sent it, usually JSON.</summary>
    public string? Body { get; set; }

    /// <summary>The delay that the service requests before the next attempt.</summary>
    public TimeSpan? RetryAfter { get; set; }

    /// <summary>
    /// Whether the service may have acted on the request, which was therefore not sent again: a request that creates
    /// something, or any request that the service may have received over a WebSocket.
    /// </summary>
    public bool MayHaveActed { get; set; }

    /// <summary>The text of a stream that had arrived before it broke; null if it was not a stream, or no text had arrived.</summary>
    public string? PartialText { get; set; }

    /// <summary>The id of the response whose stream broke, for resuming it; null if it cannot be resumed.</summary>
    public string? ResponseId { get; set; }

    /// <summary>The sequence number of the last event that arrived.</summary>
    public long? SequenceNumber { get; set; }

    private static string Safe(string message) => SafeText.IsSafe(message) ? message : SafeText.Of(message);
}
