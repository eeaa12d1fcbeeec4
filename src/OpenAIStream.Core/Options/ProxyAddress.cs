using System.Net;

namespace OpenAIStream;

/// <summary>The address of a proxy: as people write it, and as .NET requires it.</summary>
internal static class ProxyAddress
{
    private const int DefaultSocksPort = 1080;

    private static readonly string[] Schemes = HttpHandler.KnowsSocks ? ["http", "https", "socks4", "socks4a", "socks5"] : ["http"];

    /// <summary>Reads an address; <c>host:port</c> is an http proxy. Null if it is not an address.</summary>
    public static Uri? Parse(string text) =>
        Uri.TryCreate(text.Contains("://") ? text : "http://" + text, UriKind.Absolute, out var address) && address.Host.Length > 0 ? address : null;

    /// <summary>The address as .NET requires it. With its socks5, the proxy resolves names, which others call socks5h.</summary>
    /// <param name="address">The address.</param>
    /// <param name="name">Where it comes from, for the error message. The address itself may contain a password.</param>
    /// <exception cref="ApiConfigurationException">The scheme of the proxy is not supported.</exception>
    public static Uri Usable(Uri address, string name)
    {
        if (address.Scheme.StartsWith("socks", StringComparison.Ordinal))
        {
            string scheme = address.Scheme == "socks5h" ? "socks5" : address.Scheme;
            address = new UriBuilder(address) { Scheme = scheme, Port = address.Port < 0 ? DefaultSocksPort : address.Port }.Uri;
        }

        return Schemes.Contains(address.Scheme)
            ? address
            : throw new ApiConfigurationException(HttpHandler.KnowsSocks
                ? $"{name} specifies a proxy with the scheme {address.Scheme}. The supported schemes are http, https, socks4, socks4a, socks5 and socks5h."
                : $"{name} specifies a proxy with the scheme {address.Scheme}. .NET Framework supports only http proxies; PowerShell 7 also supports https and SOCKS.");
    }

    /// <summary>The address without user name and password.</summary>
    public static Uri Shown(Uri address) => address.UserInfo.Length == 0 ? address : new UriBuilder(address) { UserName = "", Password = "" }.Uri;

    /// <summary>The user name and password in an address; null if there are none.</summary>
    public static NetworkCredential? Credential(Uri address)
    {
        if (address.UserInfo.Length == 0)
        {
            return null;
        }

        string[] parts = address.UserInfo.Split([':'], 2);
        return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
    }
}
