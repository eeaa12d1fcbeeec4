using System.Net;

namespace OpenAIStream;

/// <summary>The proxy in Connect-OpenAI, and the proxy of the system.</summary>
internal static class GivenProxy
{
    /// <summary>The address in -Proxy. Text without a scheme is a host and a port, even though the host could be parsed as a scheme.</summary>
    /// <exception cref="ApiConfigurationException">It is not an address. The message does not repeat it, because it may contain a password.</exception>
    public static Uri Address(Uri given)
    {
        string text = given.OriginalString.Trim();
        return Uri.TryCreate(text.Contains("://") ? text : "http://" + text, UriKind.Absolute, out var address) && address.Host.Length > 0
            ? address
            : throw new ApiConfigurationException("-Proxy must be the address of a proxy, such as http://proxy.example:8080.");
    }

    /// <summary>Whether the proxy of the system is used for an address.</summary>
    public static bool SystemHasOne(Uri address) =>
        WebRequest.DefaultWebProxy is IWebProxy system && !system.IsBypassed(address) && system.GetProxy(address) is Uri proxy && proxy != address;
}
