using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OpenAIStream.Loopback;
using OpenAIStream.Tests.Http;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>A server that holds a call in one phase, and reports when its socket has closed.</summary>
internal sealed class Stage(string phase) : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private FullServer? _full;
    private TcpListener? _listener;
    private Task<Socket>? _accepted;
    private LoopbackServer? _server;

    public Uri Address { get; private set; } = new("http://127.0.0.1:9/");

    public static async Task<Stage> SetAsync(string phase)
    {
        var stage = new Stage(phase);
        switch (phase)
        {
            case "token":
                break;
            case "connect":
                stage._full = new FullServer();
                stage.Address = stage._full.Address;
                break;
            case "TLS" or "send":
                stage._listener = new TcpListener(IPAddress.Loopback, 0);
                stage._listener.Start();
                stage._accepted = stage._listener.AcceptSocketAsync(TestStop).AsTask();
                stage.Address = new Uri($"{(phase == "TLS" ? "https" : "http")}://{stage._listener.LocalEndpoint}/");
                break;
            default:
                stage._server = await LoopbackServer.StartAsync();
                stage._server.Default = stage.Reply();
                stage.Address = phase == "HTTP/2" ? stage._server.Http2 : stage._server.Http1;
                break;
        }

        return stage;
    }

    /// <summary>The server's behavior for the next requests.</summary>
    public void Script(Reply reply) => _server!.Default = reply;

    /// <summary>Drops the recorded requests, and sets the behavior for the next.</summary>
    public void Clear(Reply reply)
    {
        _server!.Clear();
        _server.Default = reply;
    }

    public async Task ReadyAsync()
    {
        if (_accepted is not null)
        {
            await _accepted;
        }
        else if (_server is not null)
        {
            await _server.WaitForRequest(0, Soon);
            await Until(() => phase == "headers" || _server.Requests[0].BytesSent > 0, "the reply had begun");
        }

        await Task.Delay(50, TestStop); // until the client is in the phase, too
    }

    public async Task<double> ClosedAfterAsync(long begun)
    {
        if (_full is not null)
        {
#if !NETSTANDARD_BUILD // HttpClientHandler keeps connecting for up to five seconds, and this cannot be changed
            await Until(() => _full.Knocking() is null or 1, "the socket closed");
#endif
        }
        else if (_accepted is not null)
        {
#if NETSTANDARD_BUILD
            if (phase == "TLS")
            {
                return 0; // likewise
            }
#endif
            await EndOfAsync(await _accepted);
        }
        else if (_server is not null && phase != "retry")
        {
            var gone = await _server.WaitForClientGone(0, Soon);
            return Stopwatch.GetElapsedTime(begun, gone.Timestamp).TotalMilliseconds;
        }

        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    public async ValueTask DisposeAsync()
    {
        _full?.Dispose();
        _listener?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private Reply Reply() => phase switch
    {
        "headers" => new Reply().Stall(),
        "error body" => new Reply().Status(400).Send("{").Stall(),
        "retry" => Loopback.Reply.Json(500, "{}").Header("Retry-After", "60"),
        "JSON" => new Reply().Header("Content-Type", "application/json").Send("{\"a\":").Stall(),
        _ => Loopback.Reply.Sse(Hello).Stall(),
    };

    private static async Task EndOfAsync(Socket socket)
    {
        using (socket)
        {
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
        }
    }
}
