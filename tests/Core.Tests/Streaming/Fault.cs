using OpenAIStream.Loopback;

namespace OpenAIStream.Tests.Streaming;

/// <summary>One row of the fault matrix: the server's fault, and what the caller must see.</summary>
/// <param name="Group">The table that contains it.</param>
/// <param name="Does">The server's behavior.</param>
/// <param name="Reply">How the test causes it.</param>
internal sealed record Fault(string Group, string Does, Reply Reply)
{
    /// <summary>The signal that the client has read the data: over HTTP/2 a reset discards unread data.</summary>
    public const string Seen = "seen";

    public const string Kept = "kept";
    public const string Closed = "closed";

    /// <summary>The chunks before the end.</summary>
    public int Chunks { get; init; }

    /// <summary>The exception after them; null if the stream is complete.</summary>
    public Type? Error { get; init; }

    /// <summary>The reason for an early end, over HTTP/1.1.</summary>
    public StreamEnd? End { get; init; }

    /// <summary>The reason over HTTP/2, if it differs.</summary>
    public StreamEnd? Http2End { get; init; }

    /// <summary>The service's error object, as code/type/param.</summary>
    public string? Details { get; init; }

    /// <summary>What happens to the connection over HTTP/1.1: an answer that was not read to its end closes it.</summary>
    public string Connection { get; init; } = Kept;

    /// <summary>What happens to it over HTTP/2, where a single stream can end.</summary>
    public string Http2Connection { get; init; } = Kept;

    /// <summary>How many requests the server gets.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>How far the clock is advanced after the chunks; for servers that fall silent.</summary>
    public TimeSpan? Silence { get; init; }

    /// <summary>The settings of the row, in words and in code.</summary>
    public string? Setting { get; init; }

    public Action<OpenAIClientOptions>? Set { get; init; }

    public override string ToString() => Does;

    public Fault Raises<T>(StreamEnd? end = null, StreamEnd? http2End = null) where T : ApiException =>
        this with { Error = typeof(T), End = end, Http2End = http2End ?? end };

    public Fault After(string connection, string http2Connection) => this with { Connection = connection, Http2Connection = http2Connection };
}

/// <summary>The FullyQualifiedErrorId of an exception in PowerShell, without the cmdlet's name.</summary>
internal static class ErrorIds
{
    public static string Of(Type error, TimeoutKind? timeout) => error.Name switch
    {
        nameof(ApiException) => "StreamError",
        nameof(ApiTimeoutException) => timeout switch { TimeoutKind.Connection => "ConnectionTimeout", TimeoutKind.Operation => "OperationTimeout", _ => "TotalTimeout" },
        nameof(ApiConnectionException) => "ConnectionFailed",
        nameof(ResponseFormatException) => "MalformedResponse",
        nameof(ApiStatusException) => "ApiStatus",
        nameof(ApiAuthenticationException) => "Authentication",
        string name => name.Substring(0, name.Length - nameof(Exception).Length),
    };
}
