using System.Net.Http.Headers;
using System.Text;

namespace OpenAIStream;

/// <summary>What a recording of an exchange does not contain: credentials, who pays, and everything that repeats them.</summary>
internal sealed class Redaction
{
    // Headers of the request are not compared, and any of them can be private: only these values are kept.
    private static readonly string[] KeptOfRequest = ["Accept", "Content-Type", "OpenAI-Beta"];

    // They describe the original connection, not the response.
    private static readonly string[] LeftOut = ["Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Alt-Svc"];

    private static readonly string[] Owners = ["OpenAI-Organization", "OpenAI-Project"];
    private static readonly string[] OfProxies = ["Via", "Forwarded", "X-Forwarded-", "X-Real-IP", "Proxy-"];

    // The boundary of a form is different each time, and a recording contains the fields instead.
    private static readonly string[] Boundary = ["; boundary="];

    private static readonly byte[] Mask = Encoding.UTF8.GetBytes(Secrets.Mask);

    private readonly Secrets _secrets;

    /// <param name="request">The request; what it sends is secret from now on.</param>
    /// <param name="secrets">What earlier requests have sent: a redirect to another host carries no key, but can still repeat it.</param>
    public Redaction(HttpRequestMessage request, Secrets secrets)
    {
        _secrets = secrets;
        foreach (var header in request.Headers)
        {
            if (SecretNames.IsHeader(header.Key) || IsOwner(header.Key))
            {
                AddAll(header.Value);
            }
        }

        _secrets.AddAddress(request.RequestUri!);
    }

    /// <summary>Learns the secrets that only the response contains.</summary>
    public void Learn(HttpResponseMessage response)
    {
        foreach (var header in response.Headers.Where(static header => IsOwner(header.Key) || IsList(header.Key)))
        {
            AddAll(header.Value);
        }
    }

    public List<KeyValuePair<string, string>> RequestHeaders(HttpRequestMessage request) => Shown(request.Headers, request.Content?.Headers,
        static name => KeptOfRequest.Contains(name, StringComparer.OrdinalIgnoreCase), static name => name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase));

    public List<KeyValuePair<string, string>> ResponseHeaders(HttpResponseMessage response) => Shown(response.Headers, response.Content.Headers,
        static name => !IsPrivateInResponse(name), static name => false);

    public string Path(Uri address) => Text(Secrets.Shown(address).PathAndQuery);

    public string Text(string text) => _secrets.Hide(text)!;

    public byte[] Bytes(byte[] bytes) => Bytes(bytes, []);

    /// <summary>A body without its secrets, and the new positions of its pieces. A secret that is split over pieces or events is found too.</summary>
    public byte[] Bytes(byte[] bytes, int[] starts)
    {
        foreach (byte[] secret in _secrets.Values.Concat(Secrets.Linked(Encoding.UTF8.GetString(bytes))).Select(Encoding.UTF8.GetBytes))
        {
            var found = new List<Replacement>();
            for (int at = Next(bytes, secret, 0); at >= 0; at = Next(bytes, secret, at + secret.Length))
            {
                found.Add(new Replacement(at, secret.Length, Mask));
            }

            bytes = found.Count > 0 ? Replacement.Make(bytes, found, starts) : bytes;
        }

        return SplitSecrets.Find(bytes, _secrets.Given) is { Count: > 0 } split ? Replacement.Make(bytes, split, starts) : bytes;
    }

    private static int Next(byte[] bytes, byte[] secret, int from) => bytes.AsSpan(from).IndexOf(secret) is >= 0 and var at ? from + at : -1;

    private void AddAll(IEnumerable<string> headers)
    {
        foreach (string value in headers)
        {
            _secrets.AddHeader(value);
        }
    }

    private List<KeyValuePair<string, string>> Shown(HttpHeaders headers, HttpHeaders? ofBody, Func<string, bool> isKept, Func<string, bool> isLeftOut) =>
    [
        .. from header in headers.Concat(ofBody ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>())
           where !LeftOut.Contains(header.Key, StringComparer.OrdinalIgnoreCase) && !isLeftOut(header.Key)
           from value in IsList(header.Key) ? header.Value : [string.Join(", ", header.Value)]
           select new KeyValuePair<string, string>(header.Key, isKept(header.Key) ? Text(value).Split(Boundary, StringSplitOptions.None)[0] : Secrets.Mask),
    ];

    private static bool IsList(string name) => name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase);

    private static bool IsOwner(string name) => Owners.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static bool IsPrivateInResponse(string name) =>
        SecretNames.IsHeader(name) || IsOwner(name) || OfProxies.Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase));
}
