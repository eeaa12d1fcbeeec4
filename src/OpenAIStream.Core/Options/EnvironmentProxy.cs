using System.Net;

namespace OpenAIStream;

/// <summary>
/// The proxy that the environment names, as curl reads it: <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c>, <c>ALL_PROXY</c>, in
/// either case, and <c>NO_PROXY</c>, a list of hosts and domains or <c>*</c>. .NET Framework does not know them and .NET
/// reads them once in a process, hence a reading of our own. This machine is never asked through a proxy.
/// </summary>
internal sealed class EnvironmentProxy : IWebProxy
{
    private readonly Uri? _http;
    private readonly Uri? _https;
    private readonly string[] _direct;

    private EnvironmentProxy(Uri? http, Uri? https, string[] direct)
    {
        _http = http;
        _https = https;
        _direct = direct;
        Credentials = new ProxyCredentials(this);
    }

    /// <summary>Those in the proxies' own addresses.</summary>
    public ICredentials? Credentials { get; set; }

    /// <summary>The environment's proxy; null when it names none, so that the system's settings hold.</summary>
    /// <exception cref="ApiConfigurationException">A variable is no address.</exception>
    public static EnvironmentProxy? Read(Func<string, string?> variable)
    {
        var all = Address(variable, "ALL_PROXY");
        var http = Address(variable, "HTTP_PROXY") ?? all;
        var https = Address(variable, "HTTPS_PROXY") ?? all;
        return http is null && https is null
            ? null
            : new EnvironmentProxy(http, https, [.. (Value(variable, "NO_PROXY") ?? "").Split(',').Select(static host => host.Trim()).Where(static host => host.Length > 0)]);
    }

    public Uri? GetProxy(Uri destination) => destination.Scheme == "https" ? _https : _http;

    public bool IsBypassed(Uri host) => GetProxy(host) is null || host.IsLoopback || _direct.Any(direct => Matches(direct, host));

    private static bool Matches(string direct, Uri host)
    {
        if (direct == "*")
        {
            return true;
        }

        string name = direct.TrimStart('*').TrimStart('.');
        return host.Host.Equals(name, StringComparison.OrdinalIgnoreCase)
            || host.Authority.Equals(name, StringComparison.OrdinalIgnoreCase)
            || host.Host.EndsWith("." + name, StringComparison.OrdinalIgnoreCase);
    }

    private static Uri? Address(Func<string, string?> variable, string name)
    {
        if (Value(variable, name) is not string value)
        {
            return null;
        }

        // The value may hold a password, so that the message does not hold the value.
        return Uri.TryCreate(value.Contains("://") ? value : "http://" + value, UriKind.Absolute, out var address)
            ? address
            : throw new ApiConfigurationException($"{name} is not the address of a proxy, such as http://proxy.example:8080.");
    }

    private static string? Value(Func<string, string?> variable, string name)
    {
        string? value = variable(name.ToLowerInvariant()) ?? variable(name);
        return string.IsNullOrWhiteSpace(value) ? null : value!.Trim();
    }

    private sealed class ProxyCredentials(EnvironmentProxy proxy) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType)
        {
            var named = new[] { proxy._http, proxy._https }.FirstOrDefault(address => address?.UserInfo.Length > 0 && Origin.IsSame(address, uri));
            if (named is null)
            {
                return null;
            }

            string[] parts = named.UserInfo.Split([':'], 2);
            return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        }
    }
}
