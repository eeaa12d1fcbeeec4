using System.Net.Sockets;

namespace OpenAIStream;

/// <summary>What the network threw, as what a caller can act on.</summary>
internal static class ConnectionErrors
{
    /// <summary>For an attempt that got no response headers.</summary>
    public static Exception Explain(Exception exception, Call call)
    {
        call.EndWait();
        if (call.WhyStopped(exception) is Exception stopped)
        {
            return stopped;
        }

        return exception switch
        {
            OperationCanceledException => new ApiTimeoutException(
                "No connection could be made in time (ConnectionTimeout). Is the address right, and is a proxy needed?", TimeoutKind.Connection, exception),
            _ when Find<SocketException>(exception) is { } socket => new ApiConnectionException(Describe(socket), exception),
            _ => new ApiConnectionException($"The request failed before an answer came: {Innermost(exception).Message}", exception),
        };
    }

    /// <summary>For a stream or body that broke while it was read.</summary>
    public static Exception ExplainBody(Exception exception, Call call)
    {
        if (call.WhyStopped(exception) is Exception stopped)
        {
            return stopped;
        }

        return Find<SocketException>(exception) is { } socket
            ? new ApiConnectionException($"The connection broke while the answer was coming: {Describe(socket)}", exception)
            : new StreamEndedEarlyException($"The connection ended in the middle of the answer: {Innermost(exception).Message}", exception);
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

    private static Exception Innermost(Exception exception) => exception.GetBaseException();
}
