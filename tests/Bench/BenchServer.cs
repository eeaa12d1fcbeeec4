using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpenAIStream.Bench;

/// <summary>
/// A minimal server, so that the client is what is measured. The request's model says what to send: <c>burst-N</c> sends N
/// chunks at once, <c>paced-N-MS</c> N chunks at a pace, each with the time at which it was written, <c>late-MS</c> one
/// chunk after a silence, <c>hold</c> one chunk and then nothing.
/// </summary>
internal sealed class BenchServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Dictionary<int, byte[]> _bursts = [];

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
                await connection.WriteAsync(Burst(int.Parse(words[1], null)));
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

    private byte[] Burst(int count)
    {
        lock (_bursts)
        {
            if (!_bursts.TryGetValue(count, out byte[]? bytes))
            {
                byte[] chat = Inputs.Chat(count);
                bytes = Framed(chat.AsSpan(0, chat.Length - "data: [DONE]\n\n".Length));
                _bursts.Add(count, bytes);
            }

            return bytes;
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
        return int.Parse(request[start..request.IndexOf('\r', start)], null);
    }
}
