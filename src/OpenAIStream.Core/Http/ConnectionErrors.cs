using System.Net.Sockets;

namespace OpenAIStream;

/// <summary>What the network threw, as what a caller can act on.</summary>
internal static class ConnectionErrors
{
    /// <summary>For an attempt that got no response headers.</summary>
    public static Exception Explain(Exception exception, Call call, OpenAIClientOptions options)
    {
        if (call.WhyStopped(exception) is Exception stopped)
        {
            return stopped;
        }

        return exception switch
        {
            OperationCanceledException { InnerException: TimeoutException } => ConnectionTimeout(options.ConnectionTimeout, exception),
            _ when Find<System.Security.Authentication.AuthenticationException>(exception) is { } tls =>
                new ApiConnectionException($"TLS could not be agreed on with {options.BaseAddress.Host}: {tls.Message}", exception),
            _ when Find<SocketException>(exception) is { } socket =>
                new ApiConnectionException($"No answer from {options.BaseAddress.Authority}. {Describe(socket)}", exception),
            _ => new ApiConnectionException(
                $"No answer from {options.BaseAddress.Authority}. The request failed: {exception.GetBaseException().Message}",
                exception),
        };
    }

    public static ApiTimeoutException ConnectionTimeout(TimeSpan limit, Exception? exception) => new(
        FormattableString.Invariant($"No connection could be made within {limit.TotalSeconds:0.###} s (ConnectionTimeout). Is the address right, and is a proxy needed?"),
        TimeoutKind.Connection,
        exception);

    /// <summary>For a stream or body that broke while it was read.</summary>
    public static Exception ExplainBody(Exception exception, Call call)
    {
        if (call.WhyStopped(exception) is Exception stopped)
        {
            return stopped;
        }

        if (exception is InvalidDataException)
        {
            return new ResponseFormatException("The answer is not compressed in the way that its Content-Encoding says.", exception);
        }

        var (end, what) = Find<SocketException>(exception) is { } socket
            ? (StreamEnd.ConnectionReset, Describe(socket))
            : Compat.IsStreamReset(exception)
                ? (StreamEnd.StreamReset, $"The server reset the stream: {exception.GetBaseException().Message}")
                : (StreamEnd.BodyCut, $"The connection ended in the middle of the answer: {exception.GetBaseException().Message}");
        return new StreamEndedEarlyException(what, end, exception);
    }

    private static string Describe(SocketException socket) => socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "The connection was refused: nothing listens at that address and port.",
        SocketError.ConnectionReset => "The connection was reset by the other side.",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"The host's name could not be resolved: {socket.Message}",
        _ => $"The network failed: {socket.Message} ({socket.SocketErrorCode})",
    };

    private static T? Find<T>(Exception? exception) where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
            {
                return found;
            }
        }

        return null;
    }
}
