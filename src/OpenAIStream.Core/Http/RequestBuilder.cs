using System.Net.Http.Headers;
using System.Runtime.InteropServices;

namespace OpenAIStream;

/// <summary>Makes the HTTP message for a request: address, headers, credential, body.</summary>
internal sealed class RequestBuilder
{
    private static readonly string UserAgent =
        $"OpenAIStream/{typeof(RequestBuilder).Assembly.GetName().Version!.ToString(3)} ({RuntimeInformation.FrameworkDescription}; {Platform})";

    private readonly OpenAIClientOptions _options;
    private readonly Uri _base;

    public RequestBuilder(OpenAIClientOptions options)
    {
        _options = options;
        _base = options.BaseAddress.AbsolutePath.EndsWith("/", StringComparison.Ordinal)
            ? options.BaseAddress
            : new UriBuilder(options.BaseAddress) { Path = options.BaseAddress.AbsolutePath + "/" }.Uri;
    }

    private static string Platform => RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "Windows"
        : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "macOS" : "Linux";

    public Uri Address(ApiRequest request)
    {
        var address = new UriBuilder(new Uri(_base, request.Path));
        var query = new[] { _base.Query, address.Query }.Select(static part => part.TrimStart('?'))
            .Concat((request.Options?.Query ?? Enumerable.Empty<KeyValuePair<string, string>>())
                .Select(static pair => Uri.EscapeDataString(pair.Key) + "=" + Uri.EscapeDataString(pair.Value)))
            .Where(static part => part.Length > 0);
        address.Query = string.Join("&", query);
        return address.Uri;
    }

    /// <exception cref="ApiConfigurationException">There is no key for an address that needs one, or a header cannot be sent.</exception>
    public async Task<HttpRequestMessage> BuildAsync(ApiRequest request, Uri address, HttpMethod method, CancellationToken stop)
    {
        var message = new HttpRequestMessage(method, address).WithVersion(_options.HttpVersion);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(request.Stream ? "text/event-stream" : "application/json"));
        message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        if (IsSameOrigin(address, _base))
        {
            await AddIdentityAsync(message, request, stop).ConfigureAwait(false);
        }

        if (request.Body is not null && method == request.Method)
        {
            message.Content = new ByteArrayContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return message;
    }

    /// <summary>Credential, organization and custom headers: what no other host may see.</summary>
    private async Task AddIdentityAsync(HttpRequestMessage message, ApiRequest request, CancellationToken stop)
    {
        if (_options.Credential is not null)
        {
            string key = await _options.Credential.GetAsync(stop).ConfigureAwait(false);
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        else if (!_base.IsLoopback && !_options.Headers.ContainsKey("Authorization") && !_options.Headers.ContainsKey("api-key"))
        {
            throw new ApiConfigurationException(
                $"There is no API key for {_base.Host}. Set OPENAI_API_KEY, or give a key when connecting. Only a server on this machine needs none.")
            { IsMissingKey = true };
        }

        Add(message, "OpenAI-Organization", _options.Organization);
        Add(message, "OpenAI-Project", _options.Project);
        foreach (var header in _options.Headers.Concat(request.Options?.Headers ?? Enumerable.Empty<KeyValuePair<string, string>>()))
        {
            Add(message, header.Key, header.Value);
        }
    }

    private static void Add(HttpRequestMessage message, string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        HeaderRules.Check(name, value);
        message.Headers.Remove(name);
        message.Headers.TryAddWithoutValidation(name, value);
    }

    private static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.Host, other.Host, StringComparison.OrdinalIgnoreCase);
}
