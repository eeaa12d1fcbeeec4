using System.Net.Http.Headers;
using System.Runtime.InteropServices;

namespace OpenAIStream;

/// <summary>Creates the HTTP message of a request: address, headers, credential, body.</summary>
internal sealed class RequestBuilder
{
    private static readonly string UserAgent =
        $"OpenAIStream/{typeof(RequestBuilder).Assembly.GetName().Version!.ToString(3)} ({RuntimeInformation.FrameworkDescription}; {Platform})";

    private static readonly string[] OfBody = ["Allow", "Expires", "Last-Modified"]; // in addition to Content-*

    private readonly OpenAIClientOptions _options;
    private readonly Uri _base;
    private readonly AzureAddress? _azure;
    private readonly bool _needsKey;

    public RequestBuilder(OpenAIClientOptions options)
    {
        _options = options;
        _azure = options.Azure;
        _base = options.BaseAddress.AbsolutePath.EndsWith("/", StringComparison.Ordinal)
            ? options.BaseAddress
            : new UriBuilder(options.BaseAddress) { Path = options.BaseAddress.AbsolutePath + "/" }.Uri;
        _needsKey = !_base.IsLoopback && HandlerChain.EndsInNetwork(options.Handler);
    }

    private static string Platform => RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "Windows"
        : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "macOS" : "Linux";

    /// <exception cref="ApiConfigurationException">The address needs a model, and the request does not specify one.</exception>
    /// <exception cref="ArgumentException">The path leads out of the base address.</exception>
    public Uri Address(ApiRequest request)
    {
        if (!Uri.TryCreate(_base, _azure?.Path(request.Path, request.Model) ?? request.Path, out var target) || !IsBehindBase(target))
        {
            throw new ArgumentException("The path must be relative to the base address, such as 'models'. For another address, create another client.");
        }

        var address = new UriBuilder(target);
        var query = new List<string> { _base.Query.TrimStart('?'), address.Query.TrimStart('?'), _azure?.Query.TrimStart('?') ?? "" };
        if (request.Options is not null)
        {
            Add(query, request.Options.Query);
            Add(query, request.Options.RepeatedQuery);
        }

        if (request.Cursor is { } cursor)
        {
            string name = Uri.EscapeDataString(cursor.Key) + "=";
            query = [.. query.SelectMany(static part => part.Split('&')).Where(part => !part.StartsWith(name, StringComparison.Ordinal)), Pair(cursor)];
        }

        address.Query = string.Join("&", query.Where(static part => part.Length > 0));
        return address.Uri;
    }

    // Startup: no LINQ over pairs (docs/startup.md).
    private static void Add(List<string> query, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        foreach (var pair in pairs)
        {
            query.Add(Pair(pair));
        }
    }

    private static string Pair(KeyValuePair<string, string> pair) => Uri.EscapeDataString(pair.Key) + "=" + Uri.EscapeDataString(pair.Value);

    private bool IsBehindBase(Uri address) => IsOwn(address)
        && address.AbsolutePath.StartsWith(_base.AbsolutePath, StringComparison.Ordinal)
        && !PathSegment.LeadsUp(address.AbsolutePath.Substring(_base.AbsolutePath.Length));

    /// <summary>Whether an address has the same scheme, host and port as the base address: the key is sent to no other.</summary>
    public bool IsOwn(Uri address) => Origin.IsSame(address, _base);

    /// <param name="request">The request.</param>
    /// <param name="address">The address, which a redirect may have changed.</param>
    /// <param name="method">The method, which a redirect may have changed.</param>
    /// <param name="withIdentity">Whether to send what no other host may see: credential, organization and custom headers.</param>
    /// <param name="key">The key or token of the credential; null if there is no credential.</param>
    /// <param name="call">The call, which records what is secret.</param>
    /// <exception cref="ApiConfigurationException">The key for the address is missing, or a header cannot be sent.</exception>
    public HttpRequestMessage Build(ApiRequest request, Uri address, HttpMethod method, bool withIdentity, string? key, Call call)
    {
        var message = new HttpRequestMessage(method, address).WithVersion(_options.HttpVersion);
        call.Attach(message);
        call.Secrets.AddAddress(address);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(request.Stream ? "text/event-stream" : request.Accept));
        message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        if (request.Body is not null && method == request.Method)
        {
            message.Content = new SentContent(request.Body, call, request.Options?.OnEvent);
            if (request.Body.Content is byte[] content)
            {
                call.Secrets.AddBody(content);
            }
        }

        if (withIdentity)
        {
            AddIdentity(message, request, key, call);
        }

        return message;
    }

    private void AddIdentity(HttpRequestMessage message, ApiRequest request, string? key, Call call)
    {
        var headers = new Dictionary<string, string>(_options.Headers, StringComparer.OrdinalIgnoreCase);
        if (request.Options is not null)
        {
            foreach (var header in request.Options.Headers)
            {
                headers[header.Key] = header.Value;
            }
        }

        if (key is not null)
        {
            call.Secrets.Add(key);
            if (_azure is not null && _options.Credential is { IsToken: false })
            {
                message.Headers.TryAddWithoutValidation("api-key", key);
            }
            else
            {
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            }
        }
        else if (_needsKey && !headers.ContainsKey("Authorization") && !headers.ContainsKey("api-key"))
        {
            throw new ApiConfigurationException(
                $"There is no API key for {_base.Host}. Set {(_azure is null ? "OPENAI_API_KEY" : "AZURE_OPENAI_API_KEY and AZURE_OPENAI_ENDPOINT")}, or specify a key when you connect. Only a server on this machine needs no key.")
            { IsMissingKey = true };
        }

        Add(message, "OpenAI-Organization", _options.Organization, call);
        Add(message, "OpenAI-Project", _options.Project, call);
        Add(message, "OpenAI-Beta", request.Beta, call);
        foreach (var header in headers)
        {
            Add(message, header.Key, header.Value, call);
        }
    }

    private static void Add(HttpRequestMessage message, string name, string? value, Call call)
    {
        if (value is null)
        {
            return;
        }

        HeaderRules.Check(name, value);
        if (SecretNames.IsHeader(name))
        {
            call.Secrets.AddHeader(value);
        }

        // .NET stores headers that describe the body with the body; without a body they mean nothing.
        bool isOfBody = name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || OfBody.Contains(name, StringComparer.OrdinalIgnoreCase);
        HttpHeaders? headers = isOfBody ? message.Content?.Headers : message.Headers;
        headers?.Remove(name);
        headers?.TryAddWithoutValidation(name, value);
    }
}
