using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.WebSockets;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>Opens a WebSocket, here for .NET Standard 2.0: with ClientWebSocket, which connects by itself and does not expose the response.</summary>
internal static class SocketUpgrade
{
    /// <param name="request">The request with its headers, to a ws or wss address.</param>
    /// <param name="send">Not used here.</param>
    /// <param name="proxy">The proxy; null for the proxy of the system.</param>
    /// <param name="skipCertificateCheck">Whether any certificate is accepted.</param>
    /// <param name="startConnectionTimer">Starts the timer that ends the call if no connection is established in time.</param>
    /// <param name="keepAlive">The interval at which the server is told that the client is still connected.</param>
    /// <param name="stop">Cancels the operation.</param>
    public static async Task<SocketOpening> OpenAsync(
        HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send, IWebProxy? proxy, bool skipCertificateCheck,
        Func<ITimer?>? startConnectionTimer, TimeSpan keepAlive, CancellationToken stop)
    {
        _ = send;
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.KeepAliveInterval = keepAlive;
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

            using var timer = startConnectionTimer?.Invoke();
            await socket.ConnectAsync(request.RequestUri, stop).ConfigureAwait(false);
            return new SocketOpening { Socket = socket };
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (StatusIn(exception) is HttpStatusCode status)
            {
                return new SocketOpening { Refusal = new HttpResponseMessage(status) { Content = new ByteArrayContent([]) } };
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

/// <summary>The result of one read of a WebSocket.</summary>
internal readonly record struct ReceivedFrame(int Count, bool IsEnd, bool IsClose);

/// <summary>Reads a WebSocket.</summary>
internal static class SocketReads
{
    public static async ValueTask<ReceivedFrame> ReceiveFrameAsync(this WebSocket socket, ArraySegment<byte> into)
    {
        var received = await socket.ReceiveAsync(into, CancellationToken.None).ConfigureAwait(false);
        return new ReceivedFrame(received.Count, received.EndOfMessage, received.MessageType == WebSocketMessageType.Close);
    }
}
