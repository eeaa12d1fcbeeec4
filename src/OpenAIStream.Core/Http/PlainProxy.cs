using System.Collections.Concurrent;
using System.Net;

namespace OpenAIStream;

/// <summary>
/// A proxy whose address has no user information in it: .NET puts the address into the messages of its exceptions. Who uses
/// the proxy is told by its credentials, and where it has none by what stood in the address.
/// </summary>
internal sealed class PlainProxy(IWebProxy proxy) : IWebProxy, ICredentials
{
    private readonly ConcurrentDictionary<Uri, string> _users = new();

    public ICredentials? Credentials
    {
        get => this;
        set => proxy.Credentials = value;
    }

    public Uri? GetProxy(Uri destination)
    {
        var address = proxy.GetProxy(destination);
        if (address is not { UserInfo.Length: > 0 })
        {
            return address;
        }

        var plain = new UriBuilder(address) { UserName = "", Password = "" }.Uri;
        _users[plain] = address.UserInfo;
        return plain;
    }

    public bool IsBypassed(Uri host) => proxy.IsBypassed(host);

    public NetworkCredential? GetCredential(Uri uri, string authType)
    {
        if (proxy.Credentials?.GetCredential(uri, authType) is NetworkCredential given)
        {
            return given;
        }

        if (_users.FirstOrDefault(known => Origin.IsSame(known.Key, uri)).Value is not string user)
        {
            return null;
        }

        string[] parts = user.Split([':'], 2);
        return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
    }
}
