using System.Net.WebSockets;

namespace OpenAIStream;

/// <summary>The result of opening a socket: the socket, or the response that the server sent instead.</summary>
internal sealed class SocketOpening
{
    /// <summary>The socket; null if the server did not open one.</summary>
    public WebSocket? Socket { get; init; }

    /// <summary>The response instead of a socket.</summary>
    public HttpResponseMessage? Refusal { get; init; }

    /// <summary>The headers of the response, as far as they are known.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Called whenever anything has arrived, including a ping.</summary>
    public Action? OnHeard { get; set; }
}
