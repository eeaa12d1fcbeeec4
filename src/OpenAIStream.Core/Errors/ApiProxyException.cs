namespace OpenAIStream;

/// <summary>The proxy could not be reached, refused the request, or closed the connection.</summary>
/// <param name="message">What happened.</param>
/// <param name="proxy">The address of the proxy, without user name and password.</param>
/// <param name="statusCode">The status that the proxy returned; null if it returned none.</param>
/// <param name="innerException">The exception of the network.</param>
public sealed class ApiProxyException(string message, Uri? proxy = null, int? statusCode = null, Exception? innerException = null)
    : ApiConnectionException(message, innerException)
{
    /// <summary>The address of the proxy, without user name and password.</summary>
    public Uri? Proxy { get; } = proxy;

    /// <summary>The status that the proxy returned, such as 407 if it requires other credentials; null if it returned none.</summary>
    public int? StatusCode { get; } = statusCode;

    /// <summary>Whether the same request may succeed next time.</summary>
    internal bool MayPass { get; init; } = true;
}
