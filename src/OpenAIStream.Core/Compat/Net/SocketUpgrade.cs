using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.WebSockets;
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

    /// <param name="request">The request with its headers, to a ws or wss address.</param>
    /// <param name="send">Sends the request.</param>
    /// <param name="proxy">The proxy of the handler.</param>
    /// <param name="skipCertificateCheck">The setting of the handler.</param>
    /// <param name="startConnectionTimer">The setting of the handler.</param>
    /// <param name="keepAlive">The interval at which the server is told that the client is still connected.</param>
    /// <param name="stop">Cancels the operation.</param>
    public static async Task<SocketOpening> OpenAsync(
        HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send, IWebProxy? proxy, bool skipCertificateCheck,
        Func<ITimer?>? startConnectionTimer, TimeSpan keepAlive, CancellationToken stop)
    {
        _ = (proxy, skipCertificateCheck, startConnectionTimer);
        string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        request.Version = HttpVersion.Version11;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", key);
        HttpHandler.StopConnecting(request, stop);
        var response = await send(request, stop).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
        {
            return new SocketOpening { Refusal = response };
        }

        if (!response.Headers.TryGetValues("Sec-WebSocket-Accept", out var accept) || accept.FirstOrDefault() != Accept(key))
        {
            response.Dispose();
            throw new IOException("The server did not open a WebSocket: its answer does not match the key that was sent.");
        }

        var heard = new HeardStream(await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false));
        var opening = new SocketOpening
        {
            Socket = WebSocket.CreateFromStream(heard, new WebSocketCreationOptions { KeepAliveInterval = keepAlive }),
            Headers = [.. response.Headers.Select(static header => KeyValuePair.Create(header.Key, string.Join(", ", header.Value)))],
        };
        heard.Opening = opening;
        ((IDictionary<string, object?>)request.Options).Clear(); // the connection keeps the request, and must not keep its call
        return opening;
    }

    [SuppressMessage("Security", "CA5350", Justification = "The standard requires it; it is not used for security.")]
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid)));

    /// <summary>The connection below the WebSocket. It sees what the WebSocket does not report: pings, and parts of a frame.</summary>
    private sealed class HeardStream(Stream connection) : Stream
    {
        private readonly byte[] _buffer = new byte[16 * 1024]; // the WebSocket reads in pieces
        private int _start;
        private int _end;

        public SocketOpening? Opening { get; set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _end > _start ? new ValueTask<int>(Take(buffer)) : FillAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => connection.WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            connection.WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

        public override void Flush() => connection.Flush();

        public override int Read(byte[] buffer, int offset, int count) => Blocking.Run(() => ReadAsync(buffer, offset, count, CancellationToken.None));

        public override void Write(byte[] buffer, int offset, int count) => connection.Write(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken stop)
        {
            bool isLarge = buffer.Length >= _buffer.Length;
            int read = await connection.ReadAsync(isLarge ? buffer : _buffer, stop).ConfigureAwait(false);
            Opening?.OnHeard?.Invoke();
            if (isLarge)
            {
                return read;
            }

            (_start, _end) = (0, read);
            return Take(buffer);
        }

        private int Take(Memory<byte> buffer)
        {
            int count = Math.Min(buffer.Length, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(buffer.Span);
            _start += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                connection.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

/// <summary>The result of one read of a WebSocket.</summary>
internal readonly record struct ReceivedFrame(int Count, bool IsEnd, bool IsClose);

/// <summary>Reads a WebSocket without an allocation for each read.</summary>
internal static class SocketReads
{
    public static async ValueTask<ReceivedFrame> ReceiveFrameAsync(this WebSocket socket, ArraySegment<byte> into)
    {
        var received = await socket.ReceiveAsync(into.AsMemory(), CancellationToken.None).ConfigureAwait(false);
        return new ReceivedFrame(received.Count, received.EndOfMessage, received.MessageType == WebSocketMessageType.Close);
    }
}
