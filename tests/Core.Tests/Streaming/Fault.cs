using OpenAIStream.Loopback;

namespace OpenAIStream.Tests.Streaming;

/// <summary>One row of the fault matrix: what a server does, and what the caller must see.</summary>
/// <param name="Group">The table it stands in.</param>
/// <param name="Does">What the server does.</param>
/// <param name="Reply">How it is made to do so.</param>
internal sealed record Fault(string Group, string Does, Reply Reply)
{
    /// <summary>The signal that the client has read what was sent: over HTTP/2 a reset takes back what was not read yet.</summary>
    public const string Seen = "seen";

    public const string Kept = "kept";
    public const string Closed = "closed";

    /// <summary>Chunks that come before the end, however that is.</summary>
    public int Chunks { get; init; }

    /// <summary>What is raised after them; null when the stream is complete.</summary>
    public Type? Error { get; init; }

    /// <summary>How a stream ended early, over HTTP/1.1.</summary>
    public StreamEnd? End { get; init; }

    /// <summary>How a stream ended early over HTTP/2, where that differs.</summary>
    public StreamEnd? Http2End { get; init; }

    /// <summary>What the service's error object says, as code/type/param.</summary>
    public string? Details { get; init; }

    /// <summary>What becomes of the connection over HTTP/1.1: an answer that was not read to its end costs it.</summary>
    public string Connection { get; init; } = Kept;

    /// <summary>What becomes of it over HTTP/2, where a stream can end alone.</summary>
    public string Http2Connection { get; init; } = Kept;

    /// <summary>How many requests the server gets.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>How long the clock is moved on once the chunks are there; for servers that fall silent.</summary>
    public TimeSpan? Silence { get; init; }

    /// <summary>Settings that the row is about, in words and in code.</summary>
    public string? Setting { get; init; }

    public Action<OpenAIClientOptions>? Set { get; init; }

    public override string ToString() => Does;

    public Fault Raises<T>(StreamEnd? end = null, StreamEnd? http2End = null) where T : ApiException =>
        this with { Error = typeof(T), End = end, Http2End = http2End ?? end };

    public Fault After(string connection, string http2Connection) => this with { Connection = connection, Http2Connection = http2Connection };
}

/// <summary>The FullyQualifiedErrorId under which PowerShell shows an exception, without the cmdlet's name.</summary>
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
