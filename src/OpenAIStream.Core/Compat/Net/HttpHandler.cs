using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace OpenAIStream;

/// <summary>The handler that a client uses to send requests, here for .NET; one for each set of options.</summary>
internal static class HttpHandler
{
    // Startup: properties are objects, not keys with types of their own (docs/startup.md).
    private const string Stop = "OpenAIStream.Stop";
    private const string Connecting = "OpenAIStream.Connecting";
    private const string Once = "OpenAIStream.Once";

    [SuppressMessage("Security", "CA5359", Justification = "Only if the caller explicitly requests it.")]
    public static HttpMessageHandler Create(TimeSpan connectionTimeout, IWebProxy? proxy, ICredentials? proxyCredentials, bool skipCertificateCheck)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = connectionTimeout,
            ConnectCallback = ConnectAsync,
            PlaintextStreamFilter = Connected,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that changes in DNS take effect
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,

            // Leaving a stream closes its connection immediately. OpenResponse decides what is drained, and for how long.
            MaxResponseDrainSize = 0,
            ResponseDrainTimeout = TimeSpan.Zero,
        };
        if (proxy is not null)
        {
            handler.Proxy = proxy;
        }
        else
        {
            handler.DefaultProxyCredentials = proxyCredentials;
        }

        handler.SslOptions.RemoteCertificateValidationCallback = skipCertificateCheck
            ? static (_, _, _, _) => true
            : static (connection, certificate, chain, errors) =>
                CertificateFault.Of(certificate, chain, errors, (connection as SslStream)?.TargetHostName) is CertificateFault fault ? throw fault : true;

        return handler;
    }

    /// <summary>Whether proxies with schemes other than http are supported.</summary>
    public static bool KnowsSocks => true;

    /// <summary>The proxy in the settings of the system, and its exceptions.</summary>
    public static IWebProxy? SystemProxy => HttpClient.DefaultProxy;

    public static bool FollowsRedirects(HttpMessageHandler handler) =>
        handler is SocketsHttpHandler { AllowAutoRedirect: true } or HttpClientHandler { AllowAutoRedirect: true };

    /// <summary>Sets a property of a request for the handlers that it passes.</summary>
    public static void SetProperty(this HttpRequestMessage message, string name, object value) => message.Options.Set(new HttpRequestOptionsKey<object>(name), value);

    public static object? GetProperty(this HttpRequestMessage message, string name) =>
        message.Options.TryGetValue(new HttpRequestOptionsKey<object>(name), out object? value) ? value : null;

    public static HttpRequestMessage WithVersion(this HttpRequestMessage message, Version? version)
    {
        message.Version = version ?? HttpVersion.Version20;
        message.VersionPolicy = version is null ? HttpVersionPolicy.RequestVersionOrLower : HttpVersionPolicy.RequestVersionExact;
        return message;
    }

    /// <summary>Sends the request and waits for the response headers.</summary>
    public static Task<HttpResponseMessage> SendAsync(this HttpMessageInvoker http, HttpRequestMessage message, Func<ITimer?> startConnectionTimer, CancellationToken stop)
    {
        _ = startConnectionTimer; // the handler has its own connection timeout
        StopConnecting(message, stop);
        return http.SendAsync(message, stop);
    }

    /// <summary>Abandons the connection attempt of a request when the request ends.</summary>
    public static void StopConnecting(HttpRequestMessage message, CancellationToken stop) => message.SetProperty(Stop, stop);

    /// <summary>
    /// Opens at most one connection for a request. Otherwise the handler opens up to four, one after another, for a request
    /// without a body, if each closes without an answer; and retries are counted elsewhere.
    /// </summary>
    public static void ConnectOnce(HttpRequestMessage message) => message.SetProperty(Once, false);

    /// <summary>
    /// Connects as the handler itself would. But the handler lets the connection attempt of a canceled request continue in
    /// the background, for a later request. Here it ends with the request: while connecting, and until the TLS handshake is
    /// complete. Through the tunnel of a proxy the request is unknown, and the handler's own behavior applies.
    /// </summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken connectionStop)
    {
        if (context.InitialRequestMessage.GetProperty(Once) is bool hasConnected)
        {
            if (hasConnected)
            {
                throw new IOException("The server closed the connection without an answer.");
            }

            context.InitialRequestMessage.SetProperty(Once, true);
        }

        var stop = (CancellationToken)(context.InitialRequestMessage.GetProperty(Stop) ?? default(CancellationToken));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(connectionStop, stop);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, either.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (exception is OperationCanceledException && connectionStop.IsCancellationRequested)
            {
                connectionStop.ThrowIfCancellationRequested(); // the handler recognizes its timeout by its own token
            }

            throw;
        }

        context.InitialRequestMessage.SetProperty(Connecting, stop.Register(socket.Dispose));
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>The connection is established and belongs to the pool from here on.</summary>
    private static ValueTask<Stream> Connected(SocketsHttpPlaintextStreamFilterContext context, CancellationToken stop)
    {
        if (context.InitialRequestMessage.GetProperty(Connecting) is CancellationTokenRegistration connecting)
        {
            connecting.Dispose();
        }

        return new ValueTask<Stream>(context.PlaintextStream);
    }
}
