using System.Net;
using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;

namespace OpenAIStream;

/// <summary>The handler that a client sends with, here for .NET Standard 2.0; one for each set of options.</summary>
internal static class HttpHandler
{
    private const int DnsLeaseMilliseconds = 5 * 60 * 1000;

    public static HttpMessageHandler Create(Uri address, TimeSpan connectionTimeout, IWebProxy? proxy, ICredentials? proxyCredentials, bool skipCertificateCheck)
    {
        _ = connectionTimeout; // HttpClientHandler has none: see SendAsync

        // .NET Framework keeps connections for ever, so that no change in DNS would be seen; .NET ignores this.
        ServicePointManager.FindServicePoint(address).ConnectionLeaseTimeout = DnsLeaseMilliseconds;
        var handler = new HttpClientHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            MaxConnectionsPerServer = int.MaxValue, // two, in .NET Framework
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

    /// <summary>Whether proxies of other kinds than http can be used: where .NET is what runs this build.</summary>
    public static bool KnowsSocks { get; } = !RuntimeInformation.FrameworkDescription.StartsWith(".NET Framework", StringComparison.Ordinal)
        && !RuntimeInformation.FrameworkDescription.StartsWith("Mono", StringComparison.Ordinal);

    /// <summary>The proxy of the system's settings, and its exceptions.</summary>
    public static IWebProxy? SystemProxy => WebRequest.DefaultWebProxy;

    // .NET Framework does not let an exception through from here; so it is put where the request's own is explained.
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

    /// <summary>Gives a request a property for the handlers that it passes.</summary>
    public static void SetProperty(this HttpRequestMessage message, string name, object value) => message.Properties[name] = value;

    public static object? GetProperty(this HttpRequestMessage message, string name) => message.Properties.TryGetValue(name, out object? value) ? value : null;

    public static HttpRequestMessage WithVersion(this HttpRequestMessage message, Version? version)
    {
        message.Version = version ?? HttpVersion.Version11;
        message.Headers.ExpectContinue = false; // .NET Framework would wait for it
        return message;
    }

    /// <summary>
    /// Sends until the response's headers are there. HttpClientHandler has no timeout for connecting; but it asks for the
    /// body when the connection is made. A request without a body is under the operation timeout alone.
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
