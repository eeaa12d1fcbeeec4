namespace OpenAIStream.Loopback;

/// <summary>How a server supports WebSockets.</summary>
public enum SocketSupport
{
    /// <summary>Sockets with lanes: an event has the <c>stream_id</c> of its request.</summary>
    Lanes,

    /// <summary>Sockets; a <c>stream_id</c> is ignored.</summary>
    NoLanes,

    /// <summary>Sockets; a <c>stream_id</c> is an error.</summary>
    LanesRefused,

    /// <summary>No sockets: <see cref="LoopbackServer.SocketRefusal"/> is the answer.</summary>
    None,
}
