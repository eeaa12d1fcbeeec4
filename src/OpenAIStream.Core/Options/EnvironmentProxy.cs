using System.Net;

namespace OpenAIStream;

/// <summary>
/// The proxy that the environment names, as curl reads it: <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c>, <c>ALL_PROXY</c>, in
/// either case, and <c>NO_PROXY</c>. The lower-case variable counts more; an empty one says that there is no proxy.
/// .NET Framework does not know them and .NET reads them once in a process, hence a reading of our own. This machine is
/// never asked through a proxy.
/// </summary>
internal sealed class EnvironmentProxy : IWebProxy
{
    private readonly Uri? _http;
    private readonly Uri? _https;
    private readonly ProxyExceptions _direct;

    private EnvironmentProxy(Uri? http, Uri? https, ProxyExceptions direct)
    {
        _http = http;
        _https = https;
        _direct = direct;
    }

    /// <summary>None but those in the proxies' own addresses.</summary>
    public ICredentials? Credentials { get; set; }

    /// <summary>The environment's proxy; null when it says nothing of any, so that the system's settings hold.</summary>
    /// <exception cref="ApiConfigurationException">A variable is no address of a proxy.</exception>
    public static EnvironmentProxy? Read(Func<string, string?> variable)
    {
        string? all = Value(variable, "ALL_PROXY");
        string? http = Value(variable, "HTTP_PROXY");
        string? https = Value(variable, "HTTPS_PROXY");
        return http is null && https is null && all is null
            ? null
            : new EnvironmentProxy(
                http is null ? Address(all, "ALL_PROXY") : Address(http, "HTTP_PROXY"),
                https is null ? Address(all, "ALL_PROXY") : Address(https, "HTTPS_PROXY"),
                new ProxyExceptions(Value(variable, "NO_PROXY") ?? ""));
    }

    public Uri? GetProxy(Uri destination) => destination.Scheme == "https" ? _https : _http;

    public bool IsBypassed(Uri host) => GetProxy(host) is null || host.IsLoopback || _direct.Contain(host);

    // The value may hold a password, so that the message does not hold the value.
    private static Uri? Address(string? value, string name) => value is null or "" ? null
        : ProxyAddress.Parse(value) is Uri address ? ProxyAddress.Usable(address, name)
        : throw new ApiConfigurationException($"{name} is not the address of a proxy, such as http://proxy.example:8080.");

    /// <summary>What a variable says: null where there is none, empty where it is there and says nothing.</summary>
    private static string? Value(Func<string, string?> variable, string name) => (variable(name.ToLowerInvariant()) ?? variable(name))?.Trim();
}
