using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>Errors that occurred between the client and a proxy, or that a proxy returned. The service is not involved.</summary>
internal static class ProxyErrors
{
    private const int AuthenticationRequired = 407;

    /// <summary>For a request without a response through a proxy.</summary>
    /// <param name="exception">The exception, without secrets.</param>
    /// <param name="reason">Its innermost message, without secrets.</param>
    /// <param name="proxy">The proxy.</param>
    /// <param name="server">The host and port of the service.</param>
    /// <param name="options">The options of the client.</param>
    public static ApiProxyException Explain(Exception exception, string reason, Uri proxy, string server, OpenAIClientOptions options)
    {
        if (StatusIn(exception) is int status)
        {
            return Refusal(status, proxy, server, options, exception);
        }

        return ConnectionErrors.Find<SocketException>(exception) is { SocketErrorCode: not (SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown) } socket
            ? new ApiProxyException($"The proxy {Name(proxy)} could not be reached, so nothing was sent to {server}. {ConnectionErrors.Describe(socket)}", proxy, null, exception)
            : new ApiProxyException($"The proxy {Name(proxy)} returned no response from {server}. {reason}", proxy, null, exception) { MayPass = !IsSignIn(reason) };
    }

    /// <summary>For a proxy that responds instead of the service: it requires other credentials, or does not connect.</summary>
    public static ApiProxyException Refusal(int status, Uri proxy, string server, OpenAIClientOptions options, Exception? exception = null)
    {
        bool hasCredential = options.EffectiveProxy?.Credentials?.GetCredential(proxy, "Basic") is not null
            || (options.EffectiveProxy is null && options.ProxyCredentials is not null);
        string what = status != AuthenticationRequired ? $"refused to connect to {server} ({status})"
            : hasCredential ? $"refused the user name or password ({status}), so nothing was sent to {server}. Correct them (ProxyCredentials)"
            : $"requires a user name and password ({status}), so nothing was sent to {server}. Set ProxyCredentials";

        // Sending a wrong password again locks the account, and a rule forbids the same again.
        bool mayPass = status is 408 or 429 or >= 500;
        return new ApiProxyException($"The proxy {Name(proxy)} {what}.", proxy, status, exception) { MayPass = mayPass };
    }

    public static bool IsRefusal(int status) => status == AuthenticationRequired;

    /// <summary>A proxy as errors name it.</summary>
    public static string Name(Uri proxy) => $"{proxy.Scheme}://{ConnectionErrors.Place(proxy)}";

    // .NET reports the status of a refused tunnel only in the message.
    private static int? StatusIn(Exception exception) =>
        Regex.Match(exception.Message, @"proxy tunnel .*'(\d{3})'") is { Success: true } match ? int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>Whether a SOCKS proxy refused the user name and password, for which it has no status.</summary>
    private static bool IsSignIn(string reason) => reason.Contains("authenticat", StringComparison.OrdinalIgnoreCase);
}
