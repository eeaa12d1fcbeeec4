namespace OpenAIStream;

/// <summary>A response is larger than a limit or than the available memory.</summary>
public sealed class ResponseTooLargeException(string message, Exception? innerException = null) : ApiException(message, innerException)
{
    /// <summary>The limit, in bytes or as a ratio; null if memory ran out.</summary>
    public long? Limit { get; init; }

    /// <summary>The option of <see cref="OpenAIClientOptions"/> that sets the limit; null if none does.</summary>
    public string? Option { get; init; }
}
