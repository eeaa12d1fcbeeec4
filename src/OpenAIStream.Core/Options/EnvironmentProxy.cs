using System.Net;

namespace OpenAIStream;

/// <summary>
/// The proxy in the environment, read like curl does: <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c>, <c>ALL_PROXY</c>, in upper or
/// lower case, and <c>NO_PROXY</c>. The variable in lower case takes precedence; an empty one means no proxy. .NET
/// Framework does not know these variables and .NET reads them only once in a process, so they are read here. Requests to
/// this machine never use a proxy.
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

    /// <summary>Only those in the addresses of the proxies.</summary>
    public ICredentials? Credentials { get; set; }

    /// <summary>The proxy in the environment; null if it specifies nothing, so that the settings of the system apply.</summary>
    /// <exception cref="ApiConfigurationException">A variable is not the address of a proxy.</exception>
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

    // The value may contain a password, so it is not part of the message.
    private static Uri? Address(string? value, string name) => value is null or "" ? null
        : ProxyAddress.Parse(value) is Uri address ? ProxyAddress.Usable(address, name)
        : throw new ApiConfigurationException($"{name} is not the address of a proxy, such as http://proxy.example:8080.");

    /// <summary>The value of a variable: null if it does not exist, empty if it is blank.</summary>
    private static string? Value(Func<string, string?> variable, string name) => (variable(name.ToLowerInvariant()) ?? variable(name))?.Trim();
}
