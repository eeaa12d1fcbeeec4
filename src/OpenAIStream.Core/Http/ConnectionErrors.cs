using System.Net.Sockets;
using System.Security.Authentication;

namespace OpenAIStream;

/// <summary>Turns exceptions of the network into exceptions that a caller can act on.</summary>
internal static class ConnectionErrors
{
    /// <summary>For an attempt without response headers.</summary>
    /// <param name="exception">The exception that was thrown.</param>
    /// <param name="message">The request.</param>
    /// <param name="proxy">The proxy; null if there is none.</param>
    /// <param name="call">The call.</param>
    /// <param name="options">The options of the client.</param>
    public static Exception Explain(Exception exception, HttpRequestMessage message, Uri? proxy, Call call, OpenAIClientOptions options)
    {
        if (call.WhyStopped(exception) is Exception stopped)
        {
            return proxy is not null && stopped is ApiTimeoutException { Timeout: TimeoutKind.Connection } ? ConnectionTimeout(options.ConnectionTimeout, stopped.InnerException, proxy) : stopped;
        }

        if (OfMemory(exception) is { } memory)
        {
            return memory;
        }

        if (Find<SentFileException>(exception) is { } file)
        {
            return file;
        }

        // The network quotes what the server sent, and a redirect chooses the host.
        var inner = call.WithoutSecrets(exception);
        string server = call.Secrets.Hide(Place(message.RequestUri!))!;
        string reason = call.Secrets.Hide(Innermost(exception))!;
        return exception switch
        {
            OperationCanceledException { InnerException: TimeoutException } => ConnectionTimeout(options.ConnectionTimeout, inner, proxy),
            _ when FaultOf(message, exception) is { } fault => Refused(fault, message.RequestUri!, proxy, inner, call),
            _ when Find<AuthenticationException>(exception) is not null =>
                new ApiConnectionException($"The TLS handshake with {server}{Through(proxy)} failed: {reason}", inner),
            _ when proxy is not null => ProxyErrors.Explain(inner, reason, proxy, server, options),
            _ when Find<SocketException>(exception) is { } socket =>
                new ApiConnectionException($"No response from {server}. {Describe(socket)}{OfVersion(socket, options)}{OfOnce(call)}", inner),
            _ => new ApiConnectionException($"No response from {server}. The request failed: {reason}{OfVersion(null, options)}{OfOnce(call)}", inner),
        };
    }

    public static ApiTimeoutException ConnectionTimeout(TimeSpan limit, Exception? exception, Uri? proxy = null) => new(
        FormattableString.Invariant($"The connection{Through(proxy)} could not be opened within {limit.TotalSeconds:0.###} s (ConnectionTimeout). Check the address, and whether a proxy is needed."),
        TimeoutKind.Connection,
        exception);

    /// <summary>For a stream or body that broke while it was being read.</summary>
    public static Exception ExplainBody(Exception exception, Call call)
    {
        if (call.WhyStopped(exception) is Exception stopped)
        {
            return stopped;
        }

        if (OfMemory(exception) is { } memory)
        {
            return memory;
        }

        var inner = call.WithoutSecrets(exception);
        if (exception is InvalidDataException)
        {
            return new ResponseFormatException("The response is not compressed as its Content-Encoding says.", inner);
        }

        string reason = call.Secrets.Hide(Innermost(exception))!;
        var (end, what) = Find<SocketException>(exception) is { } socket
            ? (StreamEnd.ConnectionReset, Describe(socket))
            : Compat.IsStreamReset(exception)
                ? (StreamEnd.StreamReset, $"The server reset the stream: {reason}")
                : (StreamEnd.BodyCut, $"The connection ended in the middle of the response: {reason}");
        return new StreamEndedEarlyException(what, end, inner);
    }

    /// <summary>For an exception caused by lack of memory; null for any other.</summary>
    public static ResponseTooLargeException? OfMemory(Exception exception) =>
        Find<OutOfMemoryException>(exception) is null ? null : new ResponseTooLargeException("There is not enough memory for the response.", exception);

    /// <summary>The host and port of an address, as errors name it.</summary>
    public static string Place(Uri address) => $"{address.Host}:{address.Port}";

    public static string Describe(SocketException socket) => socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "The connection was refused: nothing is listening at that address and port.",
        SocketError.ConnectionReset => "The server reset the connection.",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"The host name could not be resolved: {socket.Message}",
        _ => $"The network failed: {socket.Message} ({socket.SocketErrorCode})",
    };

    /// <summary>The innermost reason; the outer ones only say that there is one.</summary>
    public static string Innermost(Exception exception) => exception.GetBaseException().Message;

    public static T? Find<T>(Exception? exception) where T : Exception
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

    /// <summary>The certificate fault: thrown, or stored with the request where nothing can be thrown.</summary>
    private static CertificateFault? FaultOf(HttpRequestMessage message, Exception exception) =>
        Find<CertificateFault>(exception) ?? message.GetProperty(CertificateFault.Property) as CertificateFault;

    private static string Through(Uri? proxy) => proxy is null ? "" : $" through the proxy {ProxyErrors.Name(proxy)}";

    private static ApiCertificateException Refused(CertificateFault fault, Uri address, Uri? proxy, Exception exception, Call call)
    {
        bool isOfProxy = proxy?.Scheme == "https" && fault.Host == proxy.Host && fault.Host != address.Host;
        string whose = isOfProxy ? $"the proxy {ProxyErrors.Name(proxy!)}" : call.Secrets.Hide(Place(address))!;
        return new ApiCertificateException(
            $"The certificate of {whose} is not accepted: {call.Secrets.Hide(fault.Message)}. For your own test server, set SkipCertificateCheck to accept any certificate.", exception);
    }

    /// <summary>Why a request is not sent again.</summary>
    private static string OfOnce(Call call) =>
        call.MayHaveBeenSent ? " The request had been sent. It is not sent again, because the service may have processed it." : "";

    /// <summary>A hint if the HTTP version may be the cause; the network does not always say so.</summary>
    private static string OfVersion(SocketException? socket, OpenAIClientOptions options) =>
        options.HttpVersion is { Major: >= 2 } version && socket?.SocketErrorCode is null or SocketError.ConnectionReset
            ? $" Check whether the server supports HTTP/{version.Major}, which HttpVersion requires."
            : "";
}
