using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OpenAIStream.Loopback;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.WebSockets;

/// <summary>Opens WebSockets and reads nothing from them.</summary>
internal sealed class DeafServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task<Socket>[] _opened;

    public DeafServer(int sockets = 1)
    {
        _listener.Start();
        _opened = new Task<Socket>[sockets];
        for (int i = 0; i < sockets; i++)
        {
            _opened[i] = OpenAsync(i == 0 ? null : _opened[i - 1]);
        }
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}/");

    /// <summary>Waits until a request has started to arrive, and its sender has to wait.</summary>
    public async Task PressedAsync()
    {
        var socket = await _opened[0];
        int seen = -1;
        await Until(() => socket.Available > 0, "the request had begun");
        while (seen != socket.Available)
        {
            seen = socket.Available;
            await Task.Delay(50, TestStop);
        }
    }

    /// <summary>How long after a moment the client closed, in milliseconds.</summary>
    public async Task<double> ClosedAfterAsync(long begun)
    {
        using var socket = await _opened[0];
        byte[] buffer = new byte[1 << 20];
        try
        {
            while (await socket.ReceiveAsync(buffer, TestStop) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // A reset counts as an end, too.
        }

        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    /// <summary>Sends a text in a frame, when a request has started to arrive.</summary>
    public async Task SendAsync(string text, int socket = 0)
    {
        var opened = await _opened[socket];
        await Until(() => opened.Available > 0, "the request had begun");
        byte[] length = text.Length < 126 ? [(byte)text.Length] : [126, (byte)(text.Length >> 8), (byte)text.Length];
        await opened.SendAsync((byte[])[0x81, .. length, .. Encoding.ASCII.GetBytes(text)], TestStop);
    }

    public void Dispose() => _listener.Dispose();

    private async Task<Socket> OpenAsync(Task? earlier)
    {
        await (earlier ?? Task.CompletedTask);
        var socket = await _listener.AcceptSocketAsync(TestStop);
        byte[] buffer = new byte[8192];
        string head = "";
        while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head += Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, TestStop));
        }

        string key = head.Split("\r\n").Single(line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase)).Split(':', 2)[1].Trim();
        string accept = SocketKey.Accept(key);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"), TestStop);
        return socket;
    }
}
