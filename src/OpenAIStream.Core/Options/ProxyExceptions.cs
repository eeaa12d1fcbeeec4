using System.Globalization;
using System.Net;

namespace OpenAIStream;

/// <summary>
/// The entries of <c>NO_PROXY</c>: hosts and domains, with or without a port, addresses, networks such as
/// <c>10.0.0.0/8</c>, or <c>*</c> for all, separated by commas or spaces.
/// </summary>
internal sealed class ProxyExceptions(string list)
{
    private readonly string[] _entries = list.Split([',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a server is reached without the proxy.</summary>
    public bool Contain(Uri host) => _entries.Any(entry => entry == "*" || IsNetworkOf(entry, host) || IsNameOf(entry, host));

    private static bool IsNameOf(string entry, Uri host)
    {
        string name = entry.TrimStart('*').TrimStart('.').TrimEnd('.');
        return name.Length > 0
            && (host.DnsSafeHost.Equals(name, StringComparison.OrdinalIgnoreCase)
                || host.Authority.Equals(name, StringComparison.OrdinalIgnoreCase)
                || $"{host.Host}:{host.Port}".Equals(name, StringComparison.OrdinalIgnoreCase)
                || host.Host.EndsWith("." + name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether the server is an address in the network; names are not resolved for this.</summary>
    private static bool IsNetworkOf(string entry, Uri host)
    {
        string[] parts = entry.Split('/');
        if (parts.Length > 2 || !IPAddress.TryParse(parts[0].Trim('[', ']'), out var network) || !IPAddress.TryParse(host.DnsSafeHost, out var address))
        {
            return false;
        }

        byte[] wanted = network.GetAddressBytes();
        byte[] asked = address.GetAddressBytes();
        int bits = wanted.Length * 8;
        if (parts.Length == 2 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out bits) || bits > wanted.Length * 8))
        {
            return false;
        }

        return wanted.Length == asked.Length && Enumerable.Range(0, bits).All(bit => ((wanted[bit / 8] ^ asked[bit / 8]) & (0x80 >> (bit % 8))) == 0);
    }
}
