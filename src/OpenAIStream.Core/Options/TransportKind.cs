namespace OpenAIStream;

/// <summary>What requests to the Responses API go over. Every other request goes over HTTP.</summary>
public enum TransportKind
{
    /// <summary>A request of its own for each response.</summary>
    Http,

    /// <summary>A WebSocket that the client keeps. A server without WebSockets is an error.</summary>
    WebSocket,

    /// <summary>A WebSocket where the server has them, else HTTP.</summary>
    Auto,
}
