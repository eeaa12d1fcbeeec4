namespace OpenAIStream;

/// <summary>What a client sends with: the handler of the network, or the caller's chain, which ends in the network unless something else does.</summary>
internal static class HandlerChain
{
    /// <summary>Completes the chain: a delegating handler at its inner end without an inner handler gets the network.</summary>
    /// <param name="options">The options of the client.</param>
    /// <param name="over">What comes between the client's own network and everything else; null for nothing.</param>
    /// <exception cref="ApiConfigurationException">The network handler in the chain follows redirects itself.</exception>
    public static HttpMessageHandler Complete(OpenAIClientOptions options, Func<HttpMessageHandler, HttpMessageHandler>? over)
    {
        if (options.Handler is not HttpMessageHandler outermost)
        {
            return Network(options, over);
        }

        var innermost = Innermost(outermost);
        if (innermost is DelegatingHandler open)
        {
            open.InnerHandler = Network(options, over);
        }
        else if (HttpHandler.FollowsRedirects(innermost))
        {
            throw new ApiConfigurationException(
                $"{nameof(OpenAIClientOptions.Handler)} ends in a {innermost.GetType().Name} that follows redirects, which can take a key to another host. Set its AllowAutoRedirect to false: the client follows them itself.");
        }

        return outermost;
    }

    /// <summary>Whether requests leave this process through .NET's own handlers. A replacement by the caller needs no key.</summary>
    public static bool EndsInNetwork(HttpMessageHandler? outermost) =>
        outermost is null || Innermost(outermost) is DelegatingHandler or HttpClientHandler || IsOfTheFramework(Innermost(outermost));

    /// <summary>Whether the chain ends in the client's own network, with the proxy of the options. Called before the chain is complete.</summary>
    public static bool EndsOpen(HttpMessageHandler? outermost) => outermost is null || Innermost(outermost) is DelegatingHandler;

    private static HttpMessageHandler Network(OpenAIClientOptions options, Func<HttpMessageHandler, HttpMessageHandler>? over)
    {
        var network = HttpHandler.Create(options.ConnectionTimeout, options.EffectiveProxy, options.ProxyCredentials, options.SkipCertificateCheck);
        return over is null ? network : over(network);
    }

    private static bool IsOfTheFramework(HttpMessageHandler handler) => handler.GetType().Namespace == typeof(HttpClientHandler).Namespace;

    private static HttpMessageHandler Innermost(HttpMessageHandler handler)
    {
        while (handler is DelegatingHandler { InnerHandler: HttpMessageHandler inner })
        {
            handler = inner;
        }

        return handler;
    }
}
