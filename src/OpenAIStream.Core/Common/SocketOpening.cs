using System.Net.WebSockets;

namespace OpenAIStream;

/// <summary>What came of asking a server for a socket: that, or the answer that it gave instead.</summary>
internal sealed class SocketOpening
{
    /// <summary>The socket; null when the server gave none.</summary>
    public WebSocket? Socket { get; init; }

    /// <summary>What it answered instead.</summary>
    public HttpResponseMessage? Refusal { get; init; }

    /// <summary>The headers of the answer, as far as they are known.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Told whenever anything has come, be it a ping.</summary>
    public Action? OnHeard { get; set; }
}
