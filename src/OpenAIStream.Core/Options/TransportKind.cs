namespace OpenAIStream;

/// <summary>The transport of requests to the Responses API. All other requests use HTTP.</summary>
public enum TransportKind
{
    /// <summary>A separate request for each response.</summary>
    Http,

    /// <summary>A WebSocket that the client keeps open. A server without WebSockets is an error.</summary>
    WebSocket,

    /// <summary>A WebSocket if the server supports it, otherwise HTTP.</summary>
    Auto,
}
