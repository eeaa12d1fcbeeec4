using System.Net;
using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;

namespace OpenAIStream;

/// <summary>The handler that a client uses to send requests, here for .NET Standard 2.0; one for each set of options.</summary>
internal static class HttpHandler
{
    private const int DnsLeaseMilliseconds = 5 * 60 * 1000;

    public static HttpMessageHandler Create(Uri address, TimeSpan connectionTimeout, IWebProxy? proxy, ICredentials? proxyCredentials, bool skipCertificateCheck)
    {
        _ = connectionTimeout; // HttpClientHandler has none: see SendAsync

        // .NET Framework keeps connections forever, so changes in DNS would not take effect; .NET ignores this.
        ServicePointManager.FindServicePoint(address).ConnectionLeaseTimeout = DnsLeaseMilliseconds;
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
        using var timer = message.Content is null ? null : startConnectionTimer();
        if (timer is not null && message.Content is SentContent content)
        {
            content.Connected = () => timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        return await http.SendAsync(message, stop).ConfigureAwait(false);
    }
}
