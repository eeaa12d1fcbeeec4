using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>What was sent and must not be seen again: a service that echoes the key does not get it into an error.</summary>
internal sealed class Secrets
{
    public const string Mask = "***";

    // "none" and the like, which servers on this machine are given, are no secrets, and occur in every other sentence.
    private const int ShortestSecret = 8;

    private static readonly string[] SecretParameters = ["key", "api-key", "api_key", "apikey", "token", "access_token", "sig", "signature", "code"];

    private static readonly string[] SecretHeaders = ["AUTHORIZATION", "-AUTH", "COOKIE", "KEY", "TOKEN", "SECRET", "PASSWORD"];

    private readonly object _gate = new();
    private string[] _values = [];

    /// <summary>All of them, in each of their forms; what holds another comes before it.</summary>
    public IReadOnlyList<string> Values => Volatile.Read(ref _values);

    public void Add(string value)
    {
        if (value.Length >= ShortestSecret)
        {
            lock (_gate)
            {
                Volatile.Write(ref _values, [.. _values.Union(Forms(value)).OrderByDescending(static form => form.Length)]);
            }
        }
    }

    /// <summary>A value as it may stand in an answer: itself, within JSON, in an address, as Base64. Most keys look alike in all but the last.</summary>
    private static string[] Forms(string value) =>
    [
        value,
        JsonEncodedText.Encode(value).ToString(),
        value.Replace("/", "\\/"),
        Uri.EscapeDataString(value),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(value)).TrimEnd('='),
    ];

    public string? Hide(string? text) =>
        string.IsNullOrEmpty(text) ? text : Values.Aggregate(text, static (shown, value) => shown!.Replace(value, Mask));

    /// <summary>Whether a header of this name carries a credential.</summary>
    public static bool IsSecretHeader(string name)
    {
        string upper = name.ToUpperInvariant();
        return SecretHeaders.Any(upper.Contains);
    }

    /// <summary>The values of an address's parameters that carry keys.</summary>
    public static IEnumerable<string> ParameterValues(Uri address) =>
        from pair in address.Query.TrimStart('?').Split('&')
        let parts = pair.Split(['='], 2)
        where parts.Length == 2 && SecretParameters.Contains(parts[0], StringComparer.OrdinalIgnoreCase)
        select Uri.UnescapeDataString(parts[1]);

    /// <summary>An address as it may be shown: without user information, and without the values of parameters that carry keys.</summary>
    public static Uri Shown(Uri address)
    {
        if (address.Query.Length == 0 && address.UserInfo.Length == 0)
        {
            return address;
        }

        var query = address.Query.TrimStart('?').Split('&').Select(static pair =>
        {
            string name = pair.Split('=')[0];
            return SecretParameters.Contains(name, StringComparer.OrdinalIgnoreCase) ? $"{name}={Mask}" : pair;
        });
        return new UriBuilder(address) { UserName = "", Password = "", Query = string.Join("&", query) }.Uri;
    }
}
