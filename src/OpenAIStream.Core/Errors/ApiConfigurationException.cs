namespace OpenAIStream;

/// <summary>The client is not set up for this request: no key, or a setting that cannot be sent. No request was made.</summary>
public sealed class ApiConfigurationException(string message, Exception? innerException = null) : ApiException(message, innerException)
{
    /// <summary>Whether it is the key that is missing.</summary>
    public bool IsMissingKey { get; init; }
}
