namespace OpenAIStream;

/// <summary>A request that did not end as it should: the service refused it, an error came in the stream, or the network failed.</summary>
/// <remarks>
/// <see cref="Exception.Message"/> ends up on screens and in logs, so it is safe for them: what of the service's words could steer
/// a terminal or deceive a reader is shown as a sign or as its code. The other properties hold what the service sent.
/// </remarks>
public class ApiException : Exception
{
    /// <summary>An exception with a message. What the service said is set by properties, in a test as well.</summary>
    public ApiException(string message, Exception? innerException = null) : base(SafeText.Of(message), WithSafeMessages(innerException))
    {
    }

    /// <summary>The service's error code, such as <c>rate_limit_exceeded</c>.</summary>
    public string? Code { get; set; }

    /// <summary>The service's kind of error, such as <c>invalid_request_error</c>.</summary>
    public string? Type { get; set; }

    /// <summary>The request's parameter that the error is about.</summary>
    public string? Param { get; set; }

    /// <summary>The request's id at the service, from the header <c>x-request-id</c>; name it when asking for support.</summary>
    public string? RequestId { get; set; }

    /// <summary>The error as the service sent it, usually JSON.</summary>
    public string? Body { get; set; }

    /// <summary>How long the service asks to wait before the next try.</summary>
    public TimeSpan? RetryAfter { get; set; }

    /// <summary>The text that a stream had brought before it broke; null when it was no stream, or none had come.</summary>
    public string? PartialText { get; set; }

    /// <summary>The response whose stream broke, for resuming it; null where there is nothing to resume.</summary>
    public string? ResponseId { get; set; }

    /// <summary>The sequence number of the last event that came of it.</summary>
    public long? SequenceNumber { get; set; }

    /// <summary>What .NET says may quote what a server sent, too. An exception that quotes nothing of that kind stays itself.</summary>
    private static Exception? WithSafeMessages(Exception? exception)
    {
        if (exception is null || AreSafe(exception))
        {
            return exception;
        }

        return new IOException(SafeText.Of($"{exception.GetType().FullName}: {exception.Message}"), WithSafeMessages(exception.InnerException));
    }

    private static bool AreSafe(Exception? exception) =>
        exception is null || (SafeText.IsSafe(exception.Message) && AreSafe(exception.InnerException));
}
