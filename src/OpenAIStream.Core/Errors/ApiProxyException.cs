namespace OpenAIStream;

/// <summary>The proxy between here and the service could not be reached, refused the request, or ended the connection.</summary>
/// <param name="message">What happened.</param>
/// <param name="proxy">The proxy's address, without user name and password.</param>
/// <param name="statusCode">The status that the proxy answered with; null where it gave none.</param>
/// <param name="innerException">What the network threw.</param>
public sealed class ApiProxyException(string message, Uri? proxy = null, int? statusCode = null, Exception? innerException = null)
    : ApiConnectionException(message, innerException)
{
    /// <summary>The proxy's address, without user name and password.</summary>
    public Uri? Proxy { get; } = proxy;

    /// <summary>The status that the proxy answered with, such as 407 where it wants other credentials; null where it gave none.</summary>
    public int? StatusCode { get; } = statusCode;

    /// <summary>Whether the same request may succeed the next time.</summary>
    internal bool MayPass { get; init; } = true;
}
