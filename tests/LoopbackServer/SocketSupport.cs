namespace OpenAIStream.Loopback;

/// <summary>What a server knows of WebSockets.</summary>
public enum SocketSupport
{
    /// <summary>Sockets with lanes: an event has the <c>stream_id</c> of its request.</summary>
    Lanes,

    /// <summary>Sockets; a <c>stream_id</c> is not looked at.</summary>
    NoLanes,

    /// <summary>Sockets; a <c>stream_id</c> is an error.</summary>
    LanesRefused,

    /// <summary>No sockets: <see cref="LoopbackServer.SocketRefusal"/> is the answer.</summary>
    None,
}
