using System.Net;

namespace OpenAIStream;

/// <summary>The handler behind a client's HttpClient, here for .NET Standard 2.0; one for each set of options.</summary>
internal static class HttpHandler
{
    public static HttpMessageHandler Create(OpenAIClientOptions options)
    {
        var handler = new HttpClientHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
        };
        if (options.Proxy is not null)
        {
            handler.Proxy = options.Proxy;
        }

        if (options.SkipCertificateCheck)
        {
            handler.ServerCertificateCustomValidationCallback = static (_, _, _, _) => true;
        }

        return handler;
    }

    public static HttpRequestMessage WithVersion(this HttpRequestMessage message, Version? version)
    {
        message.Version = version ?? HttpVersion.Version11;
        return message;
    }
}
