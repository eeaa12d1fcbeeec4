using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.WebSockets;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>Opens a WebSocket, here for .NET Standard 2.0: with ClientWebSocket, which connects by itself and does not expose the response.</summary>
internal static class SocketUpgrade
{
    // The interval of the keep-alive frames.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    /// <summary>Asks a server for a socket. Returns it, or the response that the server sent instead.</summary>
    /// <param name="request">The request with its headers, to a ws or wss address.</param>
    /// <param name="send">Not used here.</param>
    /// <param name="proxy">The proxy; null for the proxy of the system.</param>
    /// <param name="skipCertificateCheck">Whether any certificate is accepted.</param>
    /// <param name="clock">Not used here: ClientWebSocket has its own, and tells nobody that a server is silent.</param>
    /// <param name="stop">Cancels the operation.</param>
    public static async Task<(FrameSocket? Socket, HttpResponseMessage? Refusal)> OpenAsync(
        HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send, IWebProxy? proxy, bool skipCertificateCheck,
        TimeProvider clock, CancellationToken stop)
    {
        _ = (send, clock);
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.KeepAliveInterval = KeepAlive;
            if (proxy is not null)
            {
                socket.Options.Proxy = proxy;
            }

            if (skipCertificateCheck)
            {
                AcceptAnyCertificate(socket.Options);
            }

            foreach (var header in request.Headers)
            {
                SetHeader(socket.Options, header.Key, string.Join(", ", header.Value));
            }

            await socket.ConnectAsync(request.RequestUri, stop).ConfigureAwait(false);
            return (new FrameSocket(socket), null);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (StatusIn(exception) is HttpStatusCode status)
            {
                return (null, new HttpResponseMessage(status) { Content = new ByteArrayContent([]) });
            }

            throw;
        }
    }

    private static void SetHeader(ClientWebSocketOptions options, string name, string value)
    {
        try
        {
            options.SetRequestHeader(name, value);
        }
        catch (ArgumentException) when (name == "User-Agent")
        {
            // .NET Framework reserves that name.
        }
    }

    /// <exception cref="PlatformNotSupportedException">.NET Framework has only one such setting for the whole process.</exception>
    [SuppressMessage("Security", "CA5359", Justification = "Only if the caller explicitly requests it.")]
    private static void AcceptAnyCertificate(ClientWebSocketOptions options)
    {
        var property = options.GetType().GetProperty("RemoteCertificateValidationCallback")
            ?? throw new PlatformNotSupportedException("Windows PowerShell always checks the certificate of a WebSocket. Trust the certificate, or use HTTP.");
        property.SetValue(options, new System.Net.Security.RemoteCertificateValidationCallback(static (_, _, _, _) => true));
    }

    /// <summary>The status of the server's response: a property of the exception on .NET, part of its text on .NET Framework.</summary>
    private static HttpStatusCode? StatusIn(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is WebException { Response: HttpWebResponse response })
            {
                return response.StatusCode;
            }

            if (exception is WebSocketException && Regex.Match(exception.Message, @"status code '(\d{3})'") is { Success: true } match)
            {
                return (HttpStatusCode)int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        return null;
    }
}
