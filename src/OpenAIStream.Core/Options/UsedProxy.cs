using System.Collections.Concurrent;
using System.Net;

namespace OpenAIStream;

/// <summary>
/// A proxy as it is passed to the network: the addresses have a form that .NET supports, and contain no user name and
/// password, which .NET would include in the messages of its exceptions. They become credentials.
/// </summary>
/// <param name="proxy">The proxy of the options or the environment.</param>
/// <param name="credentials">The credentials to use, whatever its address contains; null uses those in the address.</param>
internal sealed class UsedProxy(IWebProxy proxy, ICredentials? credentials) : IWebProxy, ICredentials
{
    private readonly ConcurrentDictionary<string, NetworkCredential> _inAddresses = new(StringComparer.OrdinalIgnoreCase);

    public ICredentials? Credentials
    {
        get => this;
        set => throw new NotSupportedException();
    }

    public Uri? GetProxy(Uri destination)
    {
        if (proxy.GetProxy(AsHttp(destination)) is not Uri address)
        {
            return null;
        }

        if (ProxyAddress.Credential(address) is NetworkCredential credential)
        {
            _inAddresses[address.Authority] = credential;
        }

        return ProxyAddress.Usable(ProxyAddress.Shown(address), "Proxy");
    }

    public bool IsBypassed(Uri host) => proxy.IsBypassed(AsHttp(host));

    public NetworkCredential? GetCredential(Uri uri, string authType) =>
        credentials is not null ? credentials.GetCredential(uri, authType)
        : proxy.Credentials?.GetCredential(uri, authType)
            ?? (_inAddresses.TryGetValue(uri.Authority, out var credential) ? credential : null);

    /// <summary>The address for which a proxy is specified: a WebSocket uses the same proxy as HTTP to its server.</summary>
    private static Uri AsHttp(Uri address) => address.Scheme switch
    {
        "ws" => new UriBuilder(address) { Scheme = "http", Port = address.Port }.Uri,
        "wss" => new UriBuilder(address) { Scheme = "https", Port = address.Port }.Uri,
        _ => address,
    };
}
