namespace OpenAIStream;

/// <summary>A response outgrew a limit, or the memory that there is.</summary>
public sealed class ResponseTooLargeException(string message, Exception? innerException = null) : ApiException(message, innerException)
{
    /// <summary>The limit, in bytes or as a ratio; null when memory ran out.</summary>
    public long? Limit { get; init; }

    /// <summary>The option of <see cref="OpenAIClientOptions"/> that raises the limit; null where none does.</summary>
    public string? Option { get; init; }
}
