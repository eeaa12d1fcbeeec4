using OpenAIStream.Loopback;

namespace OpenAIStream.Tests.WebSockets;

/// <summary>One row of the sockets' faults: what a server does, and what the caller must see.</summary>
/// <param name="Group">The table it stands in.</param>
/// <param name="Does">What the server does.</param>
/// <param name="Reply">How it is made to do so.</param>
internal sealed record SocketFault(string Group, string Does, Reply Reply)
{
    /// <summary>Events that come before the end, however that is.</summary>
    public int Events { get; init; }

    /// <summary>What is raised after them; null when the stream is complete.</summary>
    public Type? Error { get; init; }

    /// <summary>How a stream ended early.</summary>
    public StreamEnd? End { get; init; }

    /// <summary>How many requests the server gets.</summary>
    public int Requests { get; init; } = 1;

    /// <summary>Whether the next request goes over the same socket.</summary>
    public bool IsKept { get; init; }

    /// <summary>What the service's error says, as code/type/param.</summary>
    public string? Details { get; init; }

    /// <summary>How long the clock is moved on; for servers that fall silent.</summary>
    public TimeSpan? Silence { get; init; }

    /// <summary>What happens before the request, with a socket that is idle.</summary>
    public Reply? Earlier { get; init; }

    /// <summary>Settings that the row is about, in words and in code.</summary>
    public string? Setting { get; init; }

    public Action<OpenAIClientOptions>? Set { get; init; }

    public Action<LoopbackServer>? Serve { get; init; }

    public SocketFault Raises<T>(StreamEnd? end = null) where T : ApiException => this with { Error = typeof(T), End = end };
}
