using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpenAIStream.Tests.Http;

/// <summary>A proxy for tunnels, with CONNECT or SOCKS 5, that always leads to one server: host names need not exist.</summary>
internal sealed class TestProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly string? _password;
    private readonly ConcurrentQueue<string> _asked = new();

    /// <param name="target">The server that every tunnel leads to.</param>
    /// <param name="password">The password that a SOCKS client must send; null for none.</param>
    public TestProxy(Uri target, string? password = null)
    {
        _target = target.Port;
        _password = password;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The requested target as it was written: host:port, after the kind of address in SOCKS.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                byte first = (await ReadAsync(stream, 1))[0];
                if (first == 5 ? await GreetAsync(stream) : await ConnectAsync(stream))
                {
                    await TunnelAsync(stream);
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
            {
                // One of the two sides has closed.
            }
        }
    }

    private async Task<bool> ConnectAsync(NetworkStream stream)
    {
        var head = new StringBuilder("C");
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)(await ReadAsync(stream, 1))[0]);
        }

        _asked.Enqueue(head.ToString().Split(' ')[1]);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
        return true;
    }

    // RFC 1928, and RFC 1929 for the password.
    private async Task<bool> GreetAsync(NetworkStream stream)
    {
        await ReadAsync(stream, (await ReadAsync(stream, 1))[0]);
        await stream.WriteAsync(new byte[] { 5, (byte)(_password is null ? 0 : 2) });
        if (_password is not null)
        {
            await ReadAsync(stream, 1);
            await ReadAsync(stream, (await ReadAsync(stream, 1))[0]);
            string given = Encoding.UTF8.GetString(await ReadAsync(stream, (await ReadAsync(stream, 1))[0]));
            if (given != _password)
            {
                _asked.Enqueue("refused"); // before the client can know
            }

            await stream.WriteAsync(new byte[] { 1, (byte)(given == _password ? 0 : 1) });
            if (given != _password)
            {
                return false;
            }
        }

        byte kind = (await ReadAsync(stream, 4))[3];
        byte[] host = await ReadAsync(stream, kind == 3 ? (await ReadAsync(stream, 1))[0] : kind == 1 ? 4 : 16);
        byte[] port = await ReadAsync(stream, 2);
        _asked.Enqueue((kind == 3 ? "name " + Encoding.ASCII.GetString(host) : "address " + new IPAddress(host)) + ":" + ((port[0] << 8) | port[1]));
        await stream.WriteAsync(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 });
        return true;
    }

    private async Task TunnelAsync(NetworkStream client)
    {
        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, _target);
        await Task.WhenAny(client.CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(client));
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, int count)
    {
        byte[] bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }
}
