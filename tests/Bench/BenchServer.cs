using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OpenAIStream.Loopback;

namespace OpenAIStream.Bench;

/// <summary>
/// A minimal server, so that the client is what is measured. The request's model says what to send: <c>burst-N</c> sends N
/// chunks at once, <c>response-N</c> a response of some N events at once, also as frames of a WebSocket, <c>paced-N-MS</c> N chunks at a pace, each with the time at which it was written, <c>late-MS</c> one
/// chunk after a silence, <c>hold</c> one chunk and then nothing.
/// </summary>
internal sealed class BenchServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Dictionary<string, byte[]> _bursts = [];

    public BenchServer()
    {
        _listener.Start(2000);
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1/");

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            var socket = await _listener.AcceptSocketAsync();
            socket.NoDelay = true;
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = new NetworkStream(socket, ownsSocket: true);
        try
        {
            while (await ReadRequestAsync(connection) is string request)
            {
                if (request.StartsWith("GET", StringComparison.Ordinal))
                {
                    await ServeSocketAsync(connection, request);
                    return;
                }

                string[] wish = Wish(request);
                if (wish[0] == "late")
                {
                    await Task.Delay(int.Parse(wish[1], null));
                }

                await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
                await AnswerAsync(connection, wish);
                await connection.WriteAsync(Framed("data: [DONE]\n\n"u8, isLast: true));
            }
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }

    private static string[] Wish(string request)
    {
        const string Key = "\"model\":\"";
        int start = request.IndexOf(Key, StringComparison.Ordinal) + Key.Length;
        return request[start..request.IndexOf('"', start)].Split('-');
    }

    private async Task AnswerAsync(NetworkStream connection, string[] words)
    {
        switch (words[0])
        {
            case "burst":
                await connection.WriteAsync(Burst("chat" + words[1], () => Framed(Inputs.Chat(int.Parse(words[1], null)).AsSpan()[..^"data: [DONE]\n\n".Length])));
                break;
            case "response":
                await connection.WriteAsync(Burst("http" + words[1], () => Joined(Inputs.Response(int.Parse(words[1], null)), static text => Framed(text))));
                break;
            case "paced":
                await PaceAsync(connection, int.Parse(words[1], null), int.Parse(words[2], null));
                break;
            case "late":
                await connection.WriteAsync(Stamped());
                break;
            case "hold":
                await connection.WriteAsync(Stamped());
                await Task.Delay(Timeout.Infinite);
                break;
            default:
                throw new InvalidOperationException($"No answer for {words[0]}.");
        }
    }

    private static async Task PaceAsync(NetworkStream connection, int count, int milliseconds)
    {
        long next = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            next += Stopwatch.Frequency / 1000 * milliseconds;
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), next);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
            }

            await connection.WriteAsync(Stamped());
        }
    }

    /// <summary>A chunk whose content is the time at which it was written.</summary>
    private static byte[] Stamped() => Framed(Encoding.ASCII.GetBytes(
        "data: {\"id\":\"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG\",\"object\":\"chat.completion.chunk\",\"created\":1741570283,\"model\":\"gpt-4o\"," +
        $"\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{Stopwatch.GetTimestamp()}\"}},\"logprobs\":null,\"finish_reason\":null}}]}}\n\n"));

    private byte[] Burst(string name, Func<byte[]> make)
    {
        lock (_bursts)
        {
            return _bursts.TryGetValue(name, out byte[]? bytes) ? bytes : _bursts[name] = make();
        }
    }

    /// <summary>Each event of a stream framed, one after the other.</summary>
    private static byte[] Joined(byte[] stream, Func<byte[], byte[]> frame)
    {
        using var joined = new MemoryStream(stream.Length * 2);
        for (int start = 0; start < stream.Length;)
        {
            int length = stream.AsSpan(start).IndexOf("\n\n"u8) + 2;
            joined.Write(frame(stream[start..(start + length)]));
            start += length;
        }

        return joined.ToArray();
    }

    private async Task ServeSocketAsync(NetworkStream connection, string request)
    {
        const string Key = "Sec-WebSocket-Key: ";
        int start = request.IndexOf(Key, StringComparison.Ordinal) + Key.Length;
        string accept = SocketKey.Accept(request[start..request.IndexOf('\r', start)]);
        await connection.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
        var wire = new SocketWire(connection);
        while (await wire.ReadAsync(CancellationToken.None) is (int kind, _, byte[] payload))
        {
            if (kind == SocketWire.Text)
            {
                string count = Wish(Encoding.UTF8.GetString(payload))[1];
                await connection.WriteAsync(Burst("socket" + count, () => Joined(Inputs.Response(int.Parse(count, null)), static text =>
                    SocketWire.Frame(SocketWire.Text, text.AsSpan()[(text.AsSpan().IndexOf("data: "u8) + 6)..^2]))));
            }
        }
    }

    private static byte[] Framed(ReadOnlySpan<byte> body, bool isLast = false) =>
        [.. Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), .. body, .. "\r\n"u8, .. isLast ? "0\r\n\r\n"u8 : []];

    private static async Task<string?> ReadRequestAsync(NetworkStream connection)
    {
        byte[] buffer = new byte[16 * 1024];
        int length = 0;
        while (true)
        {
            int count = await connection.ReadAsync(buffer.AsMemory(length));
            length += count;
            string request = Encoding.ASCII.GetString(buffer, 0, length);
            int body = request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            if (count == 0)
            {
                return null;
            }

            if (body > 3 && length >= body + BodyLength(request))
            {
                return request;
            }
        }
    }

    private static int BodyLength(string request)
    {
        const string Name = "Content-Length:";
        int start = request.IndexOf(Name, StringComparison.OrdinalIgnoreCase) + Name.Length;
        return start < Name.Length ? 0 : int.Parse(request[start..request.IndexOf('\r', start)], null);
    }
}
