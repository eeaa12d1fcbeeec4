using System.Net;
using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;

namespace OpenAIStream;

/// <summary>The handler that a client uses to send requests, here for .NET Standard 2.0; one for each set of options.</summary>
internal static class HttpHandler
{
    private const int DnsLeaseMilliseconds = 5 * 60 * 1000;
    private const string Sending = "OpenAIStream.Sending";

    public static HttpMessageHandler Create(TimeSpan connectionTimeout, IWebProxy? proxy, ICredentials? proxyCredentials, bool skipCertificateCheck)
    {
        _ = connectionTimeout; // HttpClientHandler has none: see SendAsync
        AllowTls12();
        var handler = new HttpClientHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            MaxConnectionsPerServer = int.MaxValue, // the limit in .NET Framework is two
        };
        if (proxy is not null)
        {
            handler.Proxy = proxy;
        }
        else
        {
            handler.DefaultProxyCredentials = proxyCredentials;
        }

        handler.ServerCertificateCustomValidationCallback = skipCertificateCheck ? static (_, _, _, _) => true : Accepts;
        return handler;
    }

    /// <summary>Whether proxies with schemes other than http are supported: if .NET runs this build.</summary>
    public static bool KnowsSocks { get; } = !RuntimeInformation.FrameworkDescription.StartsWith(".NET Framework", StringComparison.Ordinal)
        && !RuntimeInformation.FrameworkDescription.StartsWith("Mono", StringComparison.Ordinal);

    /// <summary>The proxy in the settings of the system, and its exceptions.</summary>
    public static IWebProxy? SystemProxy => WebRequest.DefaultWebProxy;

    // .NET Framework does not pass on an exception from here, so it is stored where the exception of the request is
    // explained.
    private static bool Accepts(HttpRequestMessage message, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var fault = CertificateFault.Of(certificate, chain, errors, message.RequestUri?.Host);
        if (fault is not null)
        {
            message.SetProperty(CertificateFault.Property, fault);
        }

        return fault is null;
    }

    /// <summary>
    /// Windows PowerShell may start with TLS 1.0 alone, which no service takes any more. The setting is the process's, and
    /// what is in it stays; zero leaves the choice to Windows.
    /// </summary>
    private static void AllowTls12()
    {
        if (ServicePointManager.SecurityProtocol != 0)
        {
            ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12;
        }
    }

    public static bool FollowsRedirects(HttpMessageHandler handler) => handler is HttpClientHandler { AllowAutoRedirect: true };

    /// <summary>Sets a property of a request for the handlers that it passes.</summary>
    public static void SetProperty(this HttpRequestMessage message, string name, object value) => message.Properties[name] = value;

    public static object? GetProperty(this HttpRequestMessage message, string name) => message.Properties.TryGetValue(name, out object? value) ? value : null;

    public static HttpRequestMessage WithVersion(this HttpRequestMessage message, Version? version)
    {
        message.Version = version ?? HttpVersion.Version11;
        message.Headers.ExpectContinue = false; // .NET Framework would wait for it
        return message;
    }

    /// <summary>
    /// Sends the request and waits for the response headers. HttpClientHandler has no connection timeout; but it asks for
    /// the body once the connection is established. A request without a body has only the operation timeout.
    /// </summary>
    public static async Task<HttpResponseMessage> SendAsync(
        this HttpMessageInvoker http, HttpRequestMessage message, Func<ITimer?> startConnectionTimer, CancellationToken stop)
    {
        var timer = message.Content is null ? null : startConnectionTimer();
        if (message.Content is SentContent content)
        {
            content.Connected = () => timer?.Dispose();
            content.Connecting = () => timer = startConnectionTimer();
        }

        if (message.RequestUri is Uri address)
        {
            SetServicePoint(address);
        }

        // Never disposed: it lives as long as the response, and has neither timer nor handle.
        var sending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        message.SetProperty(Sending, sending);
        try
        {
            return await http.SendAsync(message, sending.Token).ConfigureAwait(false);
        }
        finally
        {
            timer?.Dispose();
        }
    }

    /// <summary>
    /// Closes the connection of a response in .NET Framework, where the token of a request aborts it for as long as its
    /// response is read. A read that waits ends with it, which hears no token of its own, and Dispose drains nothing
    /// (otherwise for up to 500 ms). Elsewhere a request that was answered hears its token no more.
    /// </summary>
    public static void Abort(HttpResponseMessage response) => (response.RequestMessage?.GetProperty(Sending) as CancellationTokenSource)?.Cancel();

    // .NET Framework keeps connections for ever, so that no change in DNS would be seen, and holds small packets back
    // (Nagle). It forgets such settings with a service point that was idle for 100 s. .NET ignores them.
    private static void SetServicePoint(Uri address)
    {
        var point = ServicePointManager.FindServicePoint(address);
        point.ConnectionLeaseTimeout = DnsLeaseMilliseconds;
        point.UseNagleAlgorithm = false;
    }
}
