namespace OpenAIStream;

/// <summary>The client is not configured for this request: the key is missing, or a setting cannot be sent. Nothing was sent.</summary>
public sealed class ApiConfigurationException(string message, Exception? innerException = null) : ApiException(message, innerException)
{
    /// <summary>Whether the key is missing.</summary>
    public bool IsMissingKey { get; init; }

    /// <summary>Whether a name in the request is the reason, such as an id: another request can succeed.</summary>
    public bool IsBadName { get; init; }
}
