using System.Net;

namespace OpenAIStream;

/// <summary>The address of a proxy: as people write it, and as .NET takes it.</summary>
internal static class ProxyAddress
{
    private const int DefaultSocksPort = 1080;

    private static readonly string[] Schemes = HttpHandler.KnowsSocks ? ["http", "https", "socks4", "socks4a", "socks5"] : ["http"];

    /// <summary>The address of a text; <c>host:port</c> is one of an http proxy. Null when it is none.</summary>
    public static Uri? Parse(string text) =>
        Uri.TryCreate(text.Contains("://") ? text : "http://" + text, UriKind.Absolute, out var address) && address.Host.Length > 0 ? address : null;

    /// <summary>The address as .NET takes it. Its socks5 has names resolved by the proxy, which others call socks5h.</summary>
    /// <param name="address">The address.</param>
    /// <param name="name">What holds it, for the error. The address itself may hold a password.</param>
    /// <exception cref="ApiConfigurationException">No proxy of that kind can be used.</exception>
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

    /// <summary>The user name and password in an address; null when it has none.</summary>
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
