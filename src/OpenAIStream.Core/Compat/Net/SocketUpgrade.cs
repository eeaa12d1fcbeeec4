using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace OpenAIStream;

/// <summary>
/// Opens a WebSocket, here for .NET: through the handler of the client, so that proxy, certificates, timeouts and errors
/// are the same as for any request, and a refusal is a normal response.
/// </summary>
internal static class SocketUpgrade
{
    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, 1.3

    /// <summary>Asks a server for a socket. Returns it, or the response that the server sent instead.</summary>
    /// <param name="request">The request, with its headers, to a ws or wss address.</param>
    /// <param name="send">Sends the request.</param>
    /// <param name="proxy">The proxy of the handler.</param>
    /// <param name="skipCertificateCheck">The setting of the handler.</param>
    /// <param name="clock">The clock that measures how long the server has been silent.</param>
    /// <param name="stop">Cancels the operation.</param>
    public static async Task<(FrameSocket? Socket, HttpResponseMessage? Refusal)> OpenAsync(
        HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send, IWebProxy? proxy, bool skipCertificateCheck,
        TimeProvider clock, CancellationToken stop)
    {
        _ = (proxy, skipCertificateCheck);
        string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        request.Version = HttpVersion.Version11;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", key);
        HttpHandler.StopConnecting(request, stop);
        HttpHandler.ConnectOnce(request);
        var response = await send(request, stop).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
        {
            return (null, response);
        }

        if (!response.Headers.TryGetValues("Sec-WebSocket-Accept", out var accept) || accept.FirstOrDefault() != Accept(key))
        {
            response.Dispose();
            throw new IOException("The server did not open a WebSocket: its answer does not match the key that was sent.");
        }

        var connection = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        ((IDictionary<string, object?>)request.Options).Clear(); // the connection keeps the request, and must not keep its call
        var socket = new FrameSocket(connection, clock)
        {
            Headers = [.. response.Headers.Select(static header => KeyValuePair.Create(header.Key, string.Join(", ", header.Value)))],
        };
        return (socket, null);
    }

    [SuppressMessage("Security", "CA5350", Justification = "The standard requires it; it is not used for security.")]
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid)));
}
