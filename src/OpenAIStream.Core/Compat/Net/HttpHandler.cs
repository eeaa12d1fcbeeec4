using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace OpenAIStream;

/// <summary>The handler that a client sends with, here for .NET; one for each set of options.</summary>
internal static class HttpHandler
{
    // Startup: properties are objects, not keys with types of their own (docs/startup.md).
    private const string Stop = "OpenAIStream.Stop";
    private const string Connecting = "OpenAIStream.Connecting";

    [SuppressMessage("Security", "CA5359", Justification = "Only if the caller explicitly requests it.")]
    public static HttpMessageHandler Create(Uri address, TimeSpan connectionTimeout, IWebProxy? proxy, ICredentials? proxyCredentials, bool skipCertificateCheck)
    {
        _ = address;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = connectionTimeout,
            ConnectCallback = ConnectAsync,
            PlaintextStreamFilter = Connected,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that a change in DNS is seen
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,

            // Letting go of a stream closes its connection now. What is drained, and for how long, OpenResponse decides.
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

    /// <summary>Whether proxies of other kinds than http can be used.</summary>
    public static bool KnowsSocks => true;

    /// <summary>The proxy of the system's settings, and its exceptions.</summary>
    public static IWebProxy? SystemProxy => HttpClient.DefaultProxy;

    public static bool FollowsRedirects(HttpMessageHandler handler) =>
        handler is SocketsHttpHandler { AllowAutoRedirect: true } or HttpClientHandler { AllowAutoRedirect: true };

    /// <summary>Gives a request a property for the handlers that it passes.</summary>
    public static void SetProperty(this HttpRequestMessage message, string name, object value) => message.Options.Set(new HttpRequestOptionsKey<object>(name), value);

    public static object? GetProperty(this HttpRequestMessage message, string name) =>
        message.Options.TryGetValue(new HttpRequestOptionsKey<object>(name), out object? value) ? value : null;

    public static HttpRequestMessage WithVersion(this HttpRequestMessage message, Version? version)
    {
        message.Version = version ?? HttpVersion.Version20;
        message.VersionPolicy = version is null ? HttpVersionPolicy.RequestVersionOrLower : HttpVersionPolicy.RequestVersionExact;
        return message;
    }

    /// <summary>Sends until the response's headers are there.</summary>
    public static Task<HttpResponseMessage> SendAsync(this HttpMessageInvoker http, HttpRequestMessage message, Func<ITimer?> startConnectionTimer, CancellationToken stop)
    {
        _ = startConnectionTimer; // the handler has the connection timeout
        StopConnecting(message, stop);
        return http.SendAsync(message, stop);
    }

    /// <summary>Gives up the connection of a request with it.</summary>
    public static void StopConnecting(HttpRequestMessage message, CancellationToken stop) => message.SetProperty(Stop, stop);

    /// <summary>
    /// As the handler itself would connect; but it leaves the connection of a cancelled request to be made in the
    /// background, in the hope of another request. Here it is given up with the request: on the way to the server, and
    /// until TLS is agreed on. Through a proxy's tunnel the request is not known, and the handler's way remains.
    /// </summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken connectionStop)
    {
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
                connectionStop.ThrowIfCancellationRequested(); // the handler knows its timeout by its own token
            }

            throw;
        }

        context.InitialRequestMessage.SetProperty(Connecting, stop.Register(socket.Dispose));
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>The connection is made and is the pool's from here on.</summary>
    private static ValueTask<Stream> Connected(SocketsHttpPlaintextStreamFilterContext context, CancellationToken stop)
    {
        if (context.InitialRequestMessage.GetProperty(Connecting) is CancellationTokenRegistration connecting)
        {
            connecting.Dispose();
        }

        return new ValueTask<Stream>(context.PlaintextStream);
    }
}
