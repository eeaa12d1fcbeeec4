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

    private readonly List<string> _values = []; // the longest first: what holds another comes before it

    /// <summary>All forms of all secrets, those before others that they hold.</summary>
    public string[] Values
    {
        get
        {
            lock (_values)
            {
                return [.. _values];
            }
        }
    }

    public void Add(string value)
    {
        if (value.Length >= ShortestSecret)
        {
            lock (_values)
            {
                _values.AddRange(Forms(value).Except(_values, StringComparer.Ordinal).ToArray());
                _values.Sort(static (one, other) => other.Length.CompareTo(one.Length));
            }
        }
    }

    /// <summary>The value of a header, without "Bearer", "Basic" and the like, which are no secret.</summary>
    public void AddHeader(string value) => Add(value.Substring(value.IndexOf(' ') + 1));

    /// <summary>A value as it may stand in an answer: itself, within JSON, in an address, as Base64. Most keys look alike in all but the last.</summary>
    private static string[] Forms(string value) =>
    [
        value,
        JsonEncodedText.Encode(value).ToString(),
        value.Replace("/", "\\/"),
        Uri.EscapeDataString(value),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(value)).TrimEnd('='),
    ];

    public string? Hide(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return text;
        }

        return Values.Aggregate(text, static (shown, value) => shown!.Replace(value, Mask));
    }

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
