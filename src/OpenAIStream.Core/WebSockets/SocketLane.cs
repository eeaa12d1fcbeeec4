namespace OpenAIStream;

/// <summary>A sequence of responses on a socket, one after another, alongside those of the socket's other lanes.</summary>
/// <param name="socket">The socket.</param>
/// <param name="name">The name of the lane; null for the one that every socket has.</param>
internal sealed class SocketLane(ResponseSocket socket, string? name)
{
    public ResponseSocket Socket => socket;

    public string? Name => name;

    /// <summary>Whether it is in use.</summary>
    public bool IsTaken { get; set; }

    /// <summary>What runs on it; null before its request is sent.</summary>
    public SocketExchange? Running { get; set; }

    /// <summary>Its last response; a service that stores nothing knows only that one.</summary>
    public string? LastResponseId { get; set; }

    /// <summary>The response that ended last; some services report its end again.</summary>
    public string? EarlierId { get; set; }

    /// <summary>When it was last used, counted by uses of the socket.</summary>
    public int LastUse { get; set; }

    /// <summary>Whether nothing else has used the socket.</summary>
    public bool IsFirstUse => LastUse == 1;
}
