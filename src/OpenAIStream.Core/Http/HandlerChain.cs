namespace OpenAIStream;

/// <summary>What a client sends with: the network's own handler, or the caller's chain, which the network ends where nothing else does.</summary>
internal static class HandlerChain
{
    /// <summary>The whole chain. A delegating handler at its inner end that has nothing to delegate to is given the network.</summary>
    /// <param name="options">The client's.</param>
    /// <param name="over">What goes between the client's own network and everything else; null for nothing.</param>
    /// <exception cref="ApiConfigurationException">The chain's own network handler follows redirects by itself.</exception>
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

    /// <summary>Whether requests leave this process by .NET's own handlers. What the caller puts in their place needs no key.</summary>
    public static bool EndsInNetwork(HttpMessageHandler? outermost) =>
        outermost is null || Innermost(outermost) is DelegatingHandler or HttpClientHandler || IsOfTheFramework(Innermost(outermost));

    /// <summary>Whether the network at its inner end is the client's own, with the options' proxy. Asked before the chain is complete.</summary>
    public static bool EndsOpen(HttpMessageHandler? outermost) => outermost is null || Innermost(outermost) is DelegatingHandler;

    private static HttpMessageHandler Network(OpenAIClientOptions options, Func<HttpMessageHandler, HttpMessageHandler>? over)
    {
        var network = HttpHandler.Create(options.BaseAddress, options.ConnectionTimeout, options.EffectiveProxy, options.ProxyCredentials, options.SkipCertificateCheck);
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
