using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OpenAIStream.Loopback;

/// <summary>A server on loopback ports that gives scripted answers and records the requests.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly ConnectionTracker _connections = new();
    private readonly ReplyQueue _replies = new();
    private readonly RequestLog _log = new();
    private readonly Signals _signals = new();
    private readonly Lock _order = new();
    private readonly CancellationTokenSource _stop = new();
    private int _sockets;
    private int _pings;
    private int _pongs;
    private ListenOptions? _http1;
    private ListenOptions? _http2;
    private ListenOptions? _https;

    private LoopbackServer()
    {
        _host = QuietHost.Build(Listen);
        _host.Run(AnswerAsync);
    }

    /// <summary>HTTP/1.1 without TLS.</summary>
    public Uri Http1 => AddressOf("http", _http1);

    /// <summary>HTTP/2 without TLS, by prior knowledge.</summary>
    public Uri Http2 => AddressOf("http", _http2);

    /// <summary>HTTP/1.1 or HTTP/2 over TLS, chosen by ALPN.</summary>
    public Uri Https => AddressOf("https", _https);

    /// <summary>The self-signed certificate of <see cref="Https"/>, for a client that should trust it.</summary>
    public X509Certificate2 Certificate { get; } = TestCertificate.Instance;

    /// <summary>The reply when no queued one matches; null means status 500.</summary>
    public Reply? Default
    {
        get => _replies.Default;
        set => _replies.Default = value;
    }

    /// <summary>Limits for requests and tokens; null means none.</summary>
    public RateLimiter? Limits { get; set; }

    /// <summary>Whether requests are forgotten once they are answered, for runs of hundreds of thousands.</summary>
    public bool IsForgetful { get; set; }

    /// <summary>Files and batches that the server stores; null means none.</summary>
    public BatchService? Batches { get; set; }

    /// <summary>How the server supports WebSockets; with lanes by default.</summary>
    public SocketSupport Sockets { get; set; }

    /// <summary>The answer to a WebSocket request when sockets are not supported; null means 404.</summary>
    public Reply? SocketRefusal { get; set; }

    /// <summary>Sockets opened so far.</summary>
    public int SocketCount => Volatile.Read(ref _sockets);

    /// <summary>Whether pings are answered.</summary>
    public bool AnswersPings { get; set; } = true;

    /// <summary>Pings that clients have sent so far.</summary>
    public int PingCount => Volatile.Read(ref _pings);

    /// <summary>Pongs that clients have sent so far.</summary>
    public int PongCount => Volatile.Read(ref _pongs);

    /// <summary>The code with which a client last closed a socket; null if none has.</summary>
    public int? CloseCode { get; private set; }

    /// <summary>The headers of the last request for a socket.</summary>
    public IReadOnlyDictionary<string, string> SocketHeaders { get; private set; } = new Dictionary<string, string>();

    internal Signals Signals => _signals;

    /// <summary>The requests so far, in the order their replies were taken.</summary>
    public IReadOnlyList<RecordedRequest> Requests => _log.Snapshot();

    /// <summary>TCP connections accepted so far.</summary>
    public int ConnectionCount => _connections.Accepted;

    /// <summary>TCP connections open now.</summary>
    public int OpenConnections => _connections.Open;

    public static async Task<LoopbackServer> StartAsync()
    {
        var server = new LoopbackServer();
        await server._host.StartAsync();
        return server;
    }

    /// <summary>Adds replies. A request gets the first that matches it.</summary>
    public void Enqueue(params Reply[] replies) => _replies.Add(replies);

    /// <summary>Releases one wait for this name, now or when it starts.</summary>
    public void Signal(string name) => _signals.Release(name);

    /// <summary>Drops queued replies, the default, signals and recorded requests. Replies in progress continue.</summary>
    public void Clear()
    {
        lock (_order)
        {
            _replies.Clear();
            _signals.Clear();
            _log.Clear();
            Limits = null;
            Batches = null;
            IsForgetful = false;
        }
    }

    /// <summary>Waits until a request has been read completely; indices start at 0.</summary>
    public Task<RecordedRequest> WaitForRequest(int index, TimeSpan timeout) => _log.WaitForRequest(index, timeout);

    /// <summary>Waits until the client of a request closes it before the end of the reply, and returns the time.</summary>
    public Task<Moment> WaitForClientGone(int index, TimeSpan timeout) => _log.WaitForClientGone(index, timeout);

    /// <summary>Aborts open exchanges and stops listening. A second call does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        _connections.AbortAll();
        await _host.StopAsync();
        await _host.DisposeAsync();
        _stop.Dispose();
    }

    private static Uri AddressOf(string scheme, ListenOptions? endpoint) => new($"{scheme}://127.0.0.1:{endpoint!.IPEndPoint!.Port}/");

    private void Listen(KestrelServerOptions options)
    {
        options.Listen(IPAddress.Loopback, 0, endpoint => _http1 = Watched(endpoint, HttpProtocols.Http1));
        options.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            _http2 = Watched(endpoint, HttpProtocols.Http2);
            endpoint.Use(Http2FrameTally.Watch);
        });
        options.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            _https = Watched(endpoint, HttpProtocols.Http1AndHttp2);
            endpoint.UseHttps(Certificate);
            endpoint.Use(Http2FrameTally.Watch);
        });
    }

    private ListenOptions Watched(ListenOptions endpoint, HttpProtocols protocols)
    {
        endpoint.Protocols = protocols;
        endpoint.Use(_connections.Watch);
        return endpoint;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (SocketSession.IsAsked(context))
        {
            await OpenSocketAsync(context);
            return;
        }

        var receivedAt = Moment.Now();
        byte[] body;
        IReadOnlyList<FormPart> form;
        try
        {
            using var bytes = new MemoryStream();
            await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
            body = bytes.ToArray();
            form = await FormPart.ReadAsync(context.Request.ContentType, body);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client left during its request: there is nobody to answer.
            return;
        }

        Reply reply;
        RecordedRequest request;
        lock (_order)
        {
            // In one step, so that request n has the n-th reply even when requests overlap.
            request = IsForgetful ? Record(0, context, body, form, receivedAt) : _log.Add(index => Record(index, context, body, form, receivedAt));
            reply = !_replies.Has(request.Method, request.Path) && Batches?.Answer(request) is { } kept ? kept : Limits is { } limits ? limits.Answer(body, () => _replies.Take(request.Method, request.Path)) : _replies.Take(request.Method, request.Path);
        }

        await new ReplyPlayer(context, request, _signals, _stop.Token).PlayAsync(reply);
    }

    private async Task OpenSocketAsync(HttpContext context)
    {
        if (Sockets == SocketSupport.None)
        {
            var none = Record(0, context, [], [], Moment.Now());
            await new ReplyPlayer(context, none, _signals, _stop.Token).PlayAsync(SocketRefusal ?? Reply.Json(404, """{"error":{"message":"Not found"}}"""));
            return;
        }

        Interlocked.Increment(ref _sockets);
        SocketHeaders = HeadersOf(context);
        await new SocketSession(this, context, _stop.Token).RunAsync();
    }

    /// <summary>The headers of the next reply, which a socket can send only when it is opened.</summary>
    internal IEnumerable<KeyValuePair<string, string>> NextHeaders(string path) =>
        (_replies.Next("POST", path)?.Headers ?? []).Where(static header => header.Key.StartsWith("x-", StringComparison.OrdinalIgnoreCase));

    internal void CountPing() => Interlocked.Increment(ref _pings);

    internal void CountPong() => Interlocked.Increment(ref _pongs);

    internal void SawClose(int code) => CloseCode = code;

    /// <summary>Records a message from a socket, and returns the reply if it is a request.</summary>
    internal (RecordedRequest Request, Reply? Reply) Take(HttpContext context, string text, bool isRequest)
    {
        lock (_order)
        {
            var request = _log.Add(index => Record(index, context, Encoding.UTF8.GetBytes(text), [], Moment.Now(), "POST", "WebSocket"));
            return (request, isRequest ? _replies.Take(request.Method, request.Path) : null);
        }
    }

    private static Dictionary<string, string> HeadersOf(HttpContext context) => context.Request.Headers.ToDictionary(
        header => header.Key, header => string.Join(", ", header.Value.ToArray()), StringComparer.OrdinalIgnoreCase);

    private static RecordedRequest Record(int index, HttpContext context, byte[] body, IReadOnlyList<FormPart> form, Moment receivedAt, string? method = null, string? protocol = null) => new()
    {
        Index = index,
        Method = method ?? context.Request.Method,
        Path = context.Request.GetEncodedPathAndQuery(),
        Headers = HeadersOf(context),
        Body = Encoding.UTF8.GetString(body),
        Form = form,
        Protocol = protocol ?? context.Request.Protocol,
        ConnectionId = context.Connection.Id,
        ReceivedAt = receivedAt,
    };
}
