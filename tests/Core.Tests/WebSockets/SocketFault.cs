using OpenAIStream.Loopback;

namespace OpenAIStream.Tests.WebSockets;

/// <summary>One row of the sockets' faults: the server's fault, and what the caller must see.</summary>
/// <param name="Group">The table that contains it.</param>
/// <param name="Does">The server's behavior.</param>
/// <param name="Reply">How the test causes it.</param>
internal sealed record SocketFault(string Group, string Does, Reply Reply)
{
    /// <summary>The events before the end.</summary>
    public int Events { get; init; }

    /// <summary>The exception after them; null if the stream is complete.</summary>
    public Type? Error { get; init; }

    /// <summary>The reason for an early end.</summary>
    public StreamEnd? End { get; init; }

    /// <summary>How many requests the server gets.</summary>
    public int Requests { get; init; } = 1;

    /// <summary>Whether the next request goes over the same socket.</summary>
    public bool IsKept { get; init; }

    /// <summary>The service's error, as code/type/param.</summary>
    public string? Details { get; init; }

    /// <summary>How far the clock is advanced; for servers that fall silent.</summary>
    public TimeSpan? Silence { get; init; }

    /// <summary>What happens before the request, on an idle socket.</summary>
    public Reply? Earlier { get; init; }

    /// <summary>The settings of the row, in words and in code.</summary>
    public string? Setting { get; init; }

    public Action<OpenAIClientOptions>? Set { get; init; }

    public Action<LoopbackServer>? Serve { get; init; }

    public SocketFault Raises<T>(StreamEnd? end = null) where T : ApiException => this with { Error = typeof(T), End = end };
}
