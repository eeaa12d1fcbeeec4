using System.Net;

namespace OpenAIStream;

/// <summary>Where to ask, as whom, and how patiently. A client copies what it needs: later changes have no effect on it.</summary>
public sealed class OpenAIClientOptions
{
    /// <summary>The service's own address.</summary>
    public static readonly Uri DefaultBaseAddress = new("https://api.openai.com/v1/");

    internal const int DefaultDecompressionRatio = 100;

    /// <summary>The address that paths such as <c>chat/completions</c> are put behind.</summary>
    public Uri BaseAddress { get; set; } = DefaultBaseAddress;

    /// <summary>
    /// A resource on Azure OpenAI, such as <c>https://name.openai.azure.com</c>: it is asked instead of <see cref="BaseAddress"/>,
    /// and given a key as Azure takes it.
    /// </summary>
    public Uri? AzureEndpoint { get; set; }

    /// <summary>
    /// With <see cref="AzureEndpoint"/>: the version of its API. A date such as <c>2024-10-21</c> asks the deployment that
    /// the request names as its model; without one, as with <c>preview</c>, requests go to the endpoint's <c>/openai/v1/</c>.
    /// </summary>
    public string? ApiVersion { get; set; }

    /// <summary>As whom to ask; null is allowed for an address on this machine alone.</summary>
    public ApiCredential? Credential { get; set; }

    /// <summary>The organization to bill (header <c>OpenAI-Organization</c>).</summary>
    public string? Organization { get; set; }

    /// <summary>The project to bill (header <c>OpenAI-Project</c>).</summary>
    public string? Project { get; set; }

    /// <summary>The longest that making a connection may take, TLS included. Default 5 s.</summary>
    public TimeSpan ConnectionTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest silence: until the response's headers, then between two reads of the body. Default 600 s.</summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(600);

    /// <summary>The longest that a whole call may take, retries and stream included; null, the default, is no limit.</summary>
    public TimeSpan? TotalTimeout { get; set; }

    /// <summary>How often a request is sent again after a failure that may pass. Default 2.</summary>
    public int MaximumRetryCount { get; set; } = 2;

    /// <summary>The most bytes that one event of a stream may have. Default 256 MB; null is no limit.</summary>
    public long? MaxEventBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>
    /// The most bytes that an answer may have which is held in memory as a whole. Default 1 GB; null is no limit but .NET's
    /// own, 2 GB. It does not count the events of a stream, which are delivered one by one.
    /// </summary>
    public long? MaxResponseBytes { get; set; } = 1024 * 1024 * 1024;

    /// <summary>
    /// How many times as large a compressed response may become, where it becomes larger than 64 MB. Default 100; null is no
    /// limit.
    /// </summary>
    public int? MaxDecompressionRatio { get; set; } = DefaultDecompressionRatio;

    /// <summary>
    /// The proxy, with its credentials; null takes the one that the environment names (<c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c>,
    /// <c>ALL_PROXY</c>, with the exceptions of <c>NO_PROXY</c>), else the system's.
    /// </summary>
    public IWebProxy? Proxy { get; set; }

    /// <summary>
    /// As whom to use the proxy, whether <see cref="Proxy"/>, the environment or the system names it. Null, the default, takes
    /// the proxy's own credentials, and the user name and password in its address.
    /// </summary>
    public ICredentials? ProxyCredentials { get; set; }

    /// <summary>Accepts any certificate. For a test server of one's own; everything else can be read by others.</summary>
    public bool SkipCertificateCheck { get; set; }

    /// <summary>The HTTP version to insist on; null, the default, is 2 where the server offers it, else 1.1.</summary>
    public Version? HttpVersion { get; set; }

    /// <summary>
    /// What responses are asked for over. Default HTTP. A WebSocket is kept for the next response, so that a conversation with
    /// many rounds of tools opens no connection for each, and sends only what is new. Background responses, whose answer needs
    /// no connection, and every other API go over HTTP.
    /// </summary>
    public TransportKind Transport { get; set; }

    /// <summary>Headers to send with every request.</summary>
    public IDictionary<string, string> Headers { get; private set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// What sends the requests instead of the network: a handler of your own, a <see cref="RecordingHandler"/>, a
    /// <see cref="ReplayHandler"/>, or a chain of these. A <see cref="DelegatingHandler"/> at the inner end of it that has no
    /// inner handler is given the network, with the timeouts, the proxy and the rest of these options. Null, the default,
    /// is the network alone.
    /// </summary>
    /// <remarks>
    /// Everything above the network works as ever: retries, redirects, timeouts, errors. Where something other than .NET's
    /// network handlers answers, no credential is needed; one that is set is sent. The client owns the handler and
    /// disposes of it: give each client its own.
    /// </remarks>
    public HttpMessageHandler? Handler { get; set; }

    /// <summary>
    /// Puts what is asked and answered into telemetry's spans, images and sound left out. Off by default, because content may
    /// be private. From the environment: <c>OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT</c>.
    /// </summary>
    public bool CaptureMessageContent { get; set; }

    /// <summary>The clock behind timeouts, retry waits, dates and recordings.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Numbers from 0 to 1 that spread the retry waits.</summary>
    public Func<double> Jitter { get; set; } = Randomness.NextDouble;

    /// <summary>
    /// Options from the environment: <c>OPENAI_API_KEY</c>, <c>OPENAI_BASE_URL</c> (or <c>OPENAI_API_BASE</c>),
    /// <c>OPENAI_ORG_ID</c> (or <c>OPENAI_ORGANIZATION</c>), <c>OPENAI_PROJECT_ID</c>, and <c>OPENAI_CUSTOM_HEADERS</c>
    /// (lines of <c>Name: value</c>). Where none of the first three is set, and <c>AZURE_OPENAI_ENDPOINT</c> is, that is asked,
    /// with <c>AZURE_OPENAI_API_KEY</c> and <c>OPENAI_API_VERSION</c>.
    /// </summary>
    /// <exception cref="ApiConfigurationException">A variable holds what cannot be sent.</exception>
    public static OpenAIClientOptions FromEnvironment() => ReadEnvironment().Snapshot();

    /// <summary>
    /// Options from the environment for another address. The environment's key stays only when the address has the scheme,
    /// host and port that the key is for: no other server is shown it.
    /// </summary>
    /// <exception cref="ApiConfigurationException">A variable holds what cannot be sent, or the address is not http or https.</exception>
    public static OpenAIClientOptions FromEnvironmentFor(Uri baseAddress)
    {
        var options = ReadEnvironment();
        CheckAddress(baseAddress, nameof(baseAddress));
        if (options.AzureEndpoint is not null || !Origin.IsSame(options.BaseAddress, baseAddress))
        {
            options.ForgetKeys();
        }

        (options.BaseAddress, options.AzureEndpoint, options.ApiVersion) = (baseAddress, null, null);
        return options.Snapshot();
    }

    /// <summary>
    /// Options from the environment for a resource on Azure OpenAI. <c>AZURE_OPENAI_API_KEY</c> is its key, and
    /// <c>OPENAI_API_VERSION</c> its version, when <c>AZURE_OPENAI_ENDPOINT</c> names the same scheme, host and port: no other
    /// server is shown the key.
    /// </summary>
    /// <exception cref="ApiConfigurationException">A variable holds what cannot be sent, or the endpoint is not http or https.</exception>
    public static OpenAIClientOptions FromEnvironmentForAzure(Uri endpoint)
    {
        var options = ReadEnvironment();
        CheckAddress(endpoint, nameof(endpoint));
        var known = Variable("AZURE_OPENAI_ENDPOINT") is string address ? ToAddress(address, "AZURE_OPENAI_ENDPOINT") : null;
        bool isKnown = known is not null && Origin.IsSame(known, endpoint);
        if (!isKnown)
        {
            options.ForgetKeys();
        }

        options.Credential = isKnown && Variable("AZURE_OPENAI_API_KEY") is string key ? ApiCredential.FromKey(key) : null;
        options.ApiVersion = isKnown ? Variable("OPENAI_API_VERSION") : null;
        options.AzureEndpoint = endpoint;
        return options.Snapshot();
    }

    /// <summary>How a resource on Azure is addressed; null for other services.</summary>
    internal AzureAddress? Azure { get; private set; }

    /// <summary>The proxy to use: the one set, else the environment's; null for the system's.</summary>
    internal IWebProxy? EffectiveProxy { get; private set; }

    /// <summary>The proxy that an address is asked through, without its credentials; null where there is none. The system may look for its proxy in the network.</summary>
    internal Uri? ProxyFor(Uri address)
    {
        var proxy = EffectiveProxy ?? HttpHandler.SystemProxy;
        return proxy is not null && !proxy.IsBypassed(address) && proxy.GetProxy(address) is Uri found && found != address ? ProxyAddress.Shown(found) : null;
    }

    /// <summary>A copy for a client, with what can be checked before a request checked.</summary>
    /// <exception cref="ApiConfigurationException">A setting makes no sense.</exception>
    internal OpenAIClientOptions Snapshot()
    {
        var azure = AzureEndpoint is null ? null : new AzureAddress(CheckAddress(AzureEndpoint, nameof(AzureEndpoint)), ApiVersion);
        if (ApiVersion is not null && azure is null)
        {
            throw new ApiConfigurationException($"{nameof(ApiVersion)} is only for Azure: it requires {nameof(AzureEndpoint)}.");
        }

        CheckHeader("OpenAI-Organization", Organization);
        CheckHeader("OpenAI-Project", Project);
        Limits.CheckTime(ConnectionTimeout, nameof(ConnectionTimeout));
        Limits.CheckTime(OperationTimeout, nameof(OperationTimeout));
        Limits.CheckTime(TotalTimeout ?? Timeout.InfiniteTimeSpan, nameof(TotalTimeout));
        if (MaximumRetryCount < 0)
        {
            throw new ApiConfigurationException($"{nameof(MaximumRetryCount)} must be 0 or more.");
        }

        CheckTransport(azure);
        Limits.Check(MaxEventBytes, nameof(MaxEventBytes));
        Limits.Check(MaxResponseBytes, nameof(MaxResponseBytes));
        Limits.Check(MaxDecompressionRatio, nameof(MaxDecompressionRatio));

        foreach (var header in Headers)
        {
            CheckHeader(header.Key, header.Value);
        }

        var copy = (OpenAIClientOptions)MemberwiseClone();
        copy.BaseAddress = azure?.Base ?? CheckAddress(BaseAddress, nameof(BaseAddress));
        copy.Azure = azure;
        copy.EffectiveProxy = (Proxy ?? EnvironmentProxy.Read(Environment.GetEnvironmentVariable)) is IWebProxy proxy ? new UsedProxy(proxy, ProxyCredentials) : null;
        if (Proxy is WebProxy { Address: Uri proxyAddress })
        {
            ProxyAddress.Usable(proxyAddress, nameof(Proxy)); // what cannot be used is refused before a request
        }

        copy.Headers = new Dictionary<string, string>(Headers, StringComparer.OrdinalIgnoreCase);
        return copy;
    }

    private void CheckTransport(AzureAddress? azure)
    {
        string? obstacle = Transport switch
        {
            not (TransportKind.Http or TransportKind.WebSocket or TransportKind.Auto) => "is not a valid transport",
            not TransportKind.WebSocket => null,
            _ when HttpVersion is { Major: > 1 } => $"is {nameof(TransportKind.WebSocket)}, which begins with HTTP/1.1, but {nameof(HttpVersion)} requires {HttpVersion}. Set only one of them",
            _ when azure is { HasDeployments: true } => $"is {nameof(TransportKind.WebSocket)}, which Azure supports only under /openai/v1/. Do not set {nameof(ApiVersion)}",
            _ => null,
        };
        if (obstacle is not null)
        {
            throw new ApiConfigurationException($"{nameof(Transport)} {obstacle}.");
        }
    }

    private static OpenAIClientOptions ReadEnvironment()
    {
        var options = new OpenAIClientOptions
        {
            Organization = Variable("OPENAI_ORG_ID") ?? Variable("OPENAI_ORGANIZATION"),
            Project = Variable("OPENAI_PROJECT_ID"),
            CaptureMessageContent = Variable("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT")?.ToUpperInvariant() is "TRUE" or "SPAN_ONLY" or "SPAN_AND_EVENT",
        };
        string? key = Variable("OPENAI_API_KEY");
        string addressVariable = Variable("OPENAI_BASE_URL") is null ? "OPENAI_API_BASE" : "OPENAI_BASE_URL";
        string? address = Variable(addressVariable);
        if (key is null && address is null && Variable("AZURE_OPENAI_ENDPOINT") is string endpoint)
        {
            options.AzureEndpoint = ToAddress(endpoint, "AZURE_OPENAI_ENDPOINT");
            options.ApiVersion = Variable("OPENAI_API_VERSION");
            key = Variable("AZURE_OPENAI_API_KEY");
        }

        if (key is not null)
        {
            options.Credential = ApiCredential.FromKey(key);
        }

        if (address is not null)
        {
            options.BaseAddress = ToAddress(address, addressVariable);
        }

        AddCustomHeaders(options, Variable("OPENAI_CUSTOM_HEADERS") ?? "");
        return options;
    }

    /// <summary>What the environment has for another server: its key, and headers that carry one.</summary>
    private void ForgetKeys()
    {
        Credential = null;
        foreach (string name in Headers.Keys.Where(SecretNames.IsHeader).ToArray())
        {
            Headers.Remove(name);
        }
    }

    private static void AddCustomHeaders(OpenAIClientOptions options, string lines)
    {
        foreach (string line in lines.Split('\n'))
        {
            int colon = line.IndexOf(':');
            if (colon > 0)
            {
                options.Headers[line.Substring(0, colon).Trim()] = line.Substring(colon + 1).Trim();
            }
            else if (line.Trim().Length > 0)
            {
                throw new ApiConfigurationException("A line of OPENAI_CUSTOM_HEADERS does not have the form 'Name: value'.");
            }
        }
    }

    private static Uri ToAddress(string text, string name) => CheckAddress(Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : null, name);

    private static Uri CheckAddress(Uri? address, string name) => address is { IsAbsoluteUri: true, Scheme: "http" or "https" }
        ? address
        : throw new ApiConfigurationException($"{name} is not an http or https address.");

    private static void CheckHeader(string name, string? value)
    {
        if (value is not null)
        {
            HeaderRules.Check(name, value);
        }
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name)?.Trim() is { Length: > 0 } value ? value : null;
}
