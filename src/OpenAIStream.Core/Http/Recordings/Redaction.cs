using System.Net.Http.Headers;
using System.Text;

namespace OpenAIStream;

/// <summary>What of one exchange a recording does not hold: credentials, who pays, and whatever repeats them.</summary>
internal sealed class Redaction
{
    // Of a request's headers nothing is compared, and any may be private: the values of these alone are kept.
    private static readonly string[] KeptOfRequest = ["Accept", "Content-Type", "OpenAI-Beta"];

    // About the connection that was, not about the answer.
    private static readonly string[] LeftOut = ["Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Alt-Svc"];

    private static readonly string[] Owners = ["OpenAI-Organization", "OpenAI-Project"];
    private static readonly string[] OfProxies = ["Via", "Forwarded", "X-Forwarded-", "X-Real-IP", "Proxy-"];

    // Of a form: another each time, and a recording holds its fields instead.
    private static readonly string[] Boundary = ["; boundary="];

    private readonly Secrets _secrets;

    /// <param name="request">What it sends is secret from now on.</param>
    /// <param name="secrets">What requests before it have sent: a redirect to another host carries no key, and may still repeat it.</param>
    public Redaction(HttpRequestMessage request, Secrets secrets)
    {
        _secrets = secrets;
        foreach (var header in request.Headers)
        {
            if (Secrets.IsSecretHeader(header.Key) || IsOwner(header.Key))
            {
                AddAll(header.Value);
            }
        }

        foreach (string value in Secrets.ParameterValues(request.RequestUri!))
        {
            _secrets.Add(value);
        }
    }

    /// <summary>Takes note of what only the answer tells.</summary>
    public void Learn(HttpResponseMessage response)
    {
        foreach (var header in response.Headers.Where(static header => IsOwner(header.Key)))
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

    /// <summary>A body without its secrets, and where its pieces begin then. A secret cut in two by pieces is one all the same.</summary>
    public byte[] Bytes(byte[] bytes, int[] starts)
    {
        foreach (byte[] secret in _secrets.Values.Select(Encoding.UTF8.GetBytes))
        {
            int at = bytes.AsSpan().IndexOf(secret);
            if (at >= 0)
            {
                bytes = Without(secret, bytes, at, starts);
            }
        }

        return bytes;
    }

    private static byte[] Without(byte[] secret, byte[] bytes, int at, int[] starts)
    {
        byte[] mask = Encoding.UTF8.GetBytes(Secrets.Mask);
        using var shown = new MemoryStream();
        int[] before = (int[])starts.Clone();
        for (int from = 0; ;)
        {
            shown.Write(bytes, from, at - from);
            shown.Write(mask, 0, mask.Length);
            from = at + secret.Length;
            for (int i = 0; i < starts.Length; i++)
            {
                if (before[i] > at)
                {
                    starts[i] = (int)shown.Length + Math.Max(0, before[i] - from);
                }
            }

            int next = bytes.AsSpan(from).IndexOf(secret);
            if (next < 0)
            {
                shown.Write(bytes, from, bytes.Length - from);
                return shown.ToArray();
            }

            at = from + next;
        }
    }

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

    // How many tokens a minute allows is no secret, whatever the header's name holds.
    private static bool IsPrivateInResponse(string name) => !name.StartsWith("x-ratelimit-", StringComparison.OrdinalIgnoreCase)
        && (Secrets.IsSecretHeader(name) || IsOwner(name) || OfProxies.Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase)));
}
