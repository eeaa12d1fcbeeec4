using System.Net;

namespace OpenAIStream;

/// <summary>The proxy that Connect-OpenAI is given, and the one that the system has.</summary>
internal static class GivenProxy
{
    /// <summary>The address in -Proxy. What is not written as one is a host and a port, though an address may be seen in it whose scheme is the host.</summary>
    /// <exception cref="ApiConfigurationException">It is none. The message does not repeat it: it may hold a password.</exception>
    public static Uri Address(Uri given)
    {
        string text = given.OriginalString.Trim();
        return Uri.TryCreate(text.Contains("://") ? text : "http://" + text, UriKind.Absolute, out var address) && address.Host.Length > 0
            ? address
            : throw new ApiConfigurationException("-Proxy must be the address of a proxy, such as http://proxy.example:8080.");
    }

    /// <summary>Whether an address is asked through the system's proxy.</summary>
    public static bool SystemHasOne(Uri address) =>
        WebRequest.DefaultWebProxy is IWebProxy system && !system.IsBypassed(address) && system.GetProxy(address) is Uri proxy && proxy != address;
}
