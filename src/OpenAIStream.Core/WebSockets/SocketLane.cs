namespace OpenAIStream;

/// <summary>One line of responses on a socket: one after the other, beside those of the socket's other lanes.</summary>
/// <param name="socket">The socket.</param>
/// <param name="name">The lane's name; null for the one that every socket has.</param>
internal sealed class SocketLane(ResponseSocket socket, string? name)
{
    public ResponseSocket Socket => socket;

    public string? Name => name;

    /// <summary>Whether somebody has it.</summary>
    public bool IsTaken { get; set; }

    /// <summary>What runs on it; null before its request is sent.</summary>
    public SocketExchange? Running { get; set; }

    /// <summary>The response that was its last; a service that stores nothing knows that one alone.</summary>
    public string? LastResponseId { get; set; }

    /// <summary>The response that ended with an error before; some services tell of it again, as a failed response.</summary>
    public string? FailedId { get; set; }

    /// <summary>When it was last used, counted by uses of the socket.</summary>
    public int LastUse { get; set; }
}
