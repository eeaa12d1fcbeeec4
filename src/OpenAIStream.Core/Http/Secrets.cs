using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>What was sent and must not be shown: if a service echoes the key, it does not end up in an error.</summary>
internal sealed class Secrets
{
    public const string Mask = "***";

    // "none" and similar values, which are used for servers on this machine, are not secrets, and occur in many sentences.
    private const int ShortestSecret = 8;

    // A link to a file that its signature opens, such as to a generated image. Its & can be escaped in JSON or markup.
    private static readonly Regex SignedLink = new(
        @"(?:[?&]|\\u0026|&amp;)(?:sig|signature|x-amz-(?:signature|credential|security-token)|x-goog-(?:signature|credential))=(?<secret>[^&""'\s\\<>]{8,})",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private readonly List<string> _given = [];
    private readonly List<string> _values = []; // the longest first: a value comes before those that it contains
    private byte[]? _body; // not parsed yet: most calls never need it

    /// <summary>The secrets themselves.</summary>
    public string[] Given
    {
        get
        {
            LearnBody();
            lock (_values)
            {
                return [.. _given];
            }
        }
    }

    /// <summary>All forms of all secrets, longer ones before those that they contain.</summary>
    public string[] Values
    {
        get
        {
            LearnBody();
            return Known();
        }
    }

    public void Add(string value)
    {
        if (value.Length >= ShortestSecret)
        {
            lock (_values)
            {
                if (!_given.Contains(value))
                {
                    _given.Add(value);
                    _values.AddRange(Forms(value).Distinct().Except(_values, StringComparer.Ordinal).ToArray());
                    _values.Sort(static (one, other) => other.Length.CompareTo(one.Length));
                }
            }
        }
    }

    /// <summary>Adds what is secret in the value of a header that carries a credential; the name of its scheme, such as "Bearer", is not.</summary>
    public void AddHeader(string value)
    {
        foreach (string secret in SecretValue.Of(value))
        {
            Add(secret);
        }
    }

    /// <summary>Adds what is secret in an address: user information, and the parameters that carry keys.</summary>
    public void AddAddress(Uri address)
    {
        if (address.UserInfo.Length > 0)
        {
            string[] parts = address.UserInfo.Split([':'], 2);
            Add(address.UserInfo);
            Add(Uri.UnescapeDataString(address.UserInfo));
            Add(Uri.UnescapeDataString(parts[parts.Length - 1]));
        }

        foreach (string value in ParameterValues(address))
        {
            Add(value);
            Add(Uri.UnescapeDataString(value));
        }
    }

    /// <summary>Adds the JSON body of a request, whose fields can carry keys, for example for an MCP server.</summary>
    public void AddBody(byte[] json) => _body = json;

    /// <summary>Masks secrets, also in another case: the network changes the case of hosts, schemes and encodings.</summary>
    public string? Hide(string? text) =>
        string.IsNullOrEmpty(text) ? text : Linked(text!).Aggregate(Values.Aggregate(text!, MaskIgnoringCase), static (shown, value) => shown.Replace(value, Mask));

    /// <summary>The same for texts that are data: links are kept, and only the exact secrets are masked.</summary>
    public string? HideKnown(string? text) => string.IsNullOrEmpty(text) ? text : Hidden(text!, Values);

    /// <summary>The same for a header of a response, without checking the body of the request.</summary>
    public string? HideInHeader(string? text) => string.IsNullOrEmpty(text) ? text : Hidden(text!, Known());

    /// <summary>The parts of a text that open links.</summary>
    public static IEnumerable<string> Linked(string text) =>
        text.IndexOf('=') < 0 ? [] : SignedLink.Matches(text).Cast<Match>().Select(static match => match.Groups["secret"].Value).Distinct();

    /// <summary>An address as it can be shown: without user information, and without the values of parameters that carry keys.</summary>
    public static Uri Shown(Uri address)
    {
        string[] pairs = address.Query.TrimStart('?').Split('&');
        string[] shown = Array.ConvertAll(pairs, static pair => pair.Contains('=') && SecretNames.IsMasked(Name(pair)) ? $"{pair.Split('=')[0]}={Mask}" : pair);
        return address.UserInfo.Length == 0 && pairs.SequenceEqual(shown)
            ? address
            : new UriBuilder(address) { UserName = "", Password = "", Query = string.Join("&", shown) }.Uri;
    }

    private static IEnumerable<string> ParameterValues(Uri address) =>
        from pair in address.Query.TrimStart('?').Split('&')
        where SecretNames.IsParameter(Name(pair)) && pair.Contains('=')
        select pair.Split(['='], 2)[1];

    private static string Name(string pair) => Uri.UnescapeDataString(pair.Split('=')[0]);

    private static string MaskIgnoringCase(string text, string value) => text.IndexOf(value, StringComparison.OrdinalIgnoreCase) < 0
        ? text
        : Regex.Replace(text, Regex.Escape(value), Mask, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private static string Hidden(string text, string[] values) => values.Aggregate(text, static (shown, value) => shown.Replace(value, Mask));

    private string[] Known()
    {
        lock (_values)
        {
            return [.. _values];
        }
    }

    private void LearnBody()
    {
        if (Interlocked.Exchange(ref _body, null) is byte[] json)
        {
            foreach (string secret in SecretValue.In(json))
            {
                Add(secret);
            }
        }
    }

    /// <summary>The forms that a value can have in a response: itself, within JSON, in a URL, as Base64, as hexadecimal. Most keys look the same in all but the last two.</summary>
    private static string[] Forms(string value) =>
    [
        value,
        JsonEncodedText.Encode(value).ToString(),
        JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(),
        value.Replace("/", "\\/"),
        Uri.EscapeDataString(value),
        LowerCodes(Uri.EscapeDataString(value)),
        WebUtility.UrlEncode(value),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(value)).TrimEnd('='),
        .. Base64Within(value, 0),
        .. Base64Within(value, 1),
        .. Base64Within(value, 2),
        BitConverter.ToString(Encoding.UTF8.GetBytes(value)), // as .NET quotes a malformed chunk header
    ];

    /// <summary>As it is in the Base64, and in the Base64 for URLs, of a longer text, in which that many bytes of three come before it; without the characters that it shares with its neighbors.</summary>
    private static string[] Base64Within(string value, int offset)
    {
        byte[] bytes = [.. new byte[offset], .. Encoding.UTF8.GetBytes(value)];
        string text = Convert.ToBase64String(bytes);
        int first = (offset * 8 + 5) / 6;
        string own = text.Substring(first, bytes.Length * 8 / 6 - first);
        return [own, own.Replace('+', '-').Replace('/', '_')];
    }

    /// <summary>The same with %2f for %2F. Startup: no regular expression (docs/startup.md).</summary>
    private static string LowerCodes(string escaped)
    {
        char[] text = escaped.ToCharArray();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                text[i + 1] = char.ToLowerInvariant(text[i + 1]);
                text[i + 2] = char.ToLowerInvariant(text[i + 2]);
                i += 2;
            }
        }

        return new string(text);
    }
}
