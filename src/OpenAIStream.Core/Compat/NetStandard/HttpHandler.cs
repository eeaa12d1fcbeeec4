using System.Net;

namespace OpenAIStream;

/// <summary>The handler that a client sends with, here for .NET Standard 2.0; one for each set of options.</summary>
internal static class HttpHandler
{
    private const string CallKey = "OpenAIStream.Call";
    private const int DnsLeaseMilliseconds = 5 * 60 * 1000;

    public static HttpMessageHandler Create(OpenAIClientOptions options)
    {
        // .NET Framework keeps connections for ever, so that no change in DNS would be seen; .NET ignores this.
        ServicePointManager.FindServicePoint(options.BaseAddress).ConnectionLeaseTimeout = DnsLeaseMilliseconds;
        var handler = new HttpClientHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            MaxConnectionsPerServer = int.MaxValue, // two, in .NET Framework
        };
        if (options.EffectiveProxy is IWebProxy proxy)
        {
            handler.Proxy = proxy;
        }

        if (options.SkipCertificateCheck)
        {
            handler.ServerCertificateCustomValidationCallback = static (_, _, _, _) => true;
        }

        return handler;
    }

    public static bool FollowsRedirects(HttpMessageHandler handler) => handler is HttpClientHandler { AllowAutoRedirect: true };

    /// <summary>Tells handlers of ours which call a request belongs to.</summary>
    public static void SetCall(this HttpRequestMessage message, Call call) => message.Properties[CallKey] = call;

    /// <summary>The call that a request belongs to; null for one that no client of ours sends.</summary>
    public static Call? GetCall(this HttpRequestMessage message) => message.Properties.TryGetValue(CallKey, out object? call) ? call as Call : null;

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
    public static async Task<HttpResponseMessage> SendAsync(this HttpMessageInvoker http, HttpRequestMessage message, Call call, OpenAIClientOptions options)
    {
        if (message.Content is null || options.ConnectionTimeout == Timeout.InfiniteTimeSpan)
        {
            return await http.SendAsync(message, call.Token).ConfigureAwait(false);
        }

        using var timer = options.TimeProvider.CreateTimer(
            static state => ((Call)state!).ConnectionTimedOut(), call, options.ConnectionTimeout, Timeout.InfiniteTimeSpan);
        message.Content = new SignallingContent(message.Content, () => timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        return await http.SendAsync(message, call.Token).ConfigureAwait(false);
    }

    private sealed class SignallingContent : HttpContent
    {
        private readonly HttpContent _content;
        private readonly Action _connected;

        public SignallingContent(HttpContent content, Action connected)
        {
            _content = content;
            _connected = connected;
            foreach (var header in content.Headers)
            {
                Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext context)
        {
            _connected();
            return _content.CopyToAsync(stream);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _content.Headers.ContentLength ?? 0;
            return true;
        }
    }
}
