using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>What failed between here and a proxy, or was refused by it. The service has no part in it.</summary>
internal static class ProxyErrors
{
    private const int AuthenticationRequired = 407;

    /// <summary>For a request that got no answer through a proxy.</summary>
    public static ApiProxyException Explain(Exception exception, Uri proxy, string server, OpenAIClientOptions options)
    {
        if (StatusIn(exception) is int status)
        {
            return Refusal(status, proxy, server, options, exception);
        }

        return ConnectionErrors.Find<SocketException>(exception) is { SocketErrorCode: not (SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown) } socket
            ? new ApiProxyException($"The proxy {Name(proxy)} could not be reached, so nothing was sent to {server}. {ConnectionErrors.Describe(socket)}", proxy, null, exception)
            : new ApiProxyException($"The proxy {Name(proxy)} returned no response from {server}. {ConnectionErrors.Innermost(exception)}", proxy, null, exception) { MayPass = !IsSignIn(exception) };
    }

    /// <summary>For a proxy that answers in the service's place: it wants other credentials, or makes no connection.</summary>
    public static ApiProxyException Refusal(int status, Uri proxy, string server, OpenAIClientOptions options, Exception? exception = null)
    {
        bool hasCredential = options.EffectiveProxy?.Credentials?.GetCredential(proxy, "Basic") is not null
            || (options.EffectiveProxy is null && options.ProxyCredentials is not null);
        string what = status != AuthenticationRequired ? $"refused to connect to {server} ({status})"
            : hasCredential ? $"refused the user name or password ({status}), so nothing was sent to {server}. Correct them (ProxyCredentials)"
            : $"requires a user name and password ({status}), so nothing was sent to {server}. Set ProxyCredentials";

        // A wrong password that is sent again locks the account; what a rule forbids is forbidden the next time too.
        bool mayPass = status is 408 or 429 or >= 500;
        return new ApiProxyException($"The proxy {Name(proxy)} {what}.", proxy, status, exception) { MayPass = mayPass };
    }

    public static bool IsRefusal(int status) => status == AuthenticationRequired;

    /// <summary>A proxy as errors name it.</summary>
    public static string Name(Uri proxy) => $"{proxy.Scheme}://{ConnectionErrors.Place(proxy)}";

    // .NET tells the status that a tunnel was refused with in words alone.
    private static int? StatusIn(Exception exception) =>
        Regex.Match(exception.Message, @"proxy tunnel .*'(\d{3})'") is { Success: true } match ? int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>Whether a SOCKS proxy refused the user name and password, which have no status there.</summary>
    private static bool IsSignIn(Exception exception) => ConnectionErrors.Innermost(exception).Contains("authenticat", StringComparison.OrdinalIgnoreCase);
}
