using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace OpenAIStream;

/// <summary>The handler behind a client's HttpClient, here for .NET; one for each set of options.</summary>
internal static class HttpHandler
{
    [SuppressMessage("Security", "CA5359", Justification = "Only when the caller asks for it by name.")]
    public static HttpMessageHandler Create(OpenAIClientOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = options.ConnectionTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that a change in DNS is seen
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,

            // Letting go of a stream closes its connection now. What is drained, and for how long, SseStream decides.
            MaxResponseDrainSize = 0,
            ResponseDrainTimeout = TimeSpan.Zero,
        };
        if (options.Proxy is not null)
        {
            handler.Proxy = options.Proxy;
        }

        if (options.SkipCertificateCheck)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        }

        return handler;
    }

    public static HttpRequestMessage WithVersion(this HttpRequestMessage message, Version? version)
    {
        message.Version = version ?? HttpVersion.Version20;
        message.VersionPolicy = version is null ? HttpVersionPolicy.RequestVersionOrLower : HttpVersionPolicy.RequestVersionExact;
        return message;
    }
}
