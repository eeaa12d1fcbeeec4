using System.Net;

namespace OpenAIStream;

/// <summary>The address, the credential and the timeouts of a client. A client copies them: later changes do not affect it.</summary>
public sealed class OpenAIClientOptions
{
    /// <summary>The address of OpenAI.</summary>
    public static readonly Uri DefaultBaseAddress = new("https://api.openai.com/v1/");

    internal const int DefaultDecompressionRatio = 100;

    /// <summary>The base address, to which paths such as <c>chat/completions</c> are relative.</summary>
    public Uri BaseAddress { get; set; } = DefaultBaseAddress;

    /// <summary>
    /// An Azure OpenAI resource, such as <c>https://name.openai.azure.com</c>. It is used instead of <see
    /// cref="BaseAddress"/>, and receives the key in the form that Azure requires.
    /// </summary>
    public Uri? AzureEndpoint { get; set; }

    /// <summary>
    /// With <see cref="AzureEndpoint"/>: the API version. With a date such as <c>2024-10-21</c>, requests go to the
    /// deployment that the request specifies as its model; without a date, as with <c>preview</c>, they go to
    /// <c>/openai/v1/</c> of the endpoint.
    /// </summary>
    public string? ApiVersion { get; set; }

    /// <summary>The credential. It may be null only for a loopback address.</summary>
    public ApiCredential? Credential { get; set; }

    /// <summary>The organization to bill (header <c>OpenAI-Organization</c>).</summary>
    public string? Organization { get; set; }

    /// <summary>The project to bill (header <c>OpenAI-Project</c>).</summary>
    public string? Project { get; set; }

    /// <summary>The longest time to open a connection, including TLS. Default 5 s.</summary>
    public TimeSpan ConnectionTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest silence: until the response headers arrive, and then between two reads of the body. Default 600 s.</summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(600);

    /// <summary>The longest time for a whole call, including retries and the stream; null, the default, means no limit.</summary>
    public TimeSpan? TotalTimeout { get; set; }

    /// <summary>The number of retries after a transient failure. Default 2.</summary>
    public int MaximumRetryCount { get; set; } = 2;

    /// <summary>The maximum size of one event of a stream, in bytes. Default 256 MB; null means no limit.</summary>
    public long? MaxEventBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>
    /// The maximum size of an answer that is held in memory as a whole, in bytes. Default 1 GB; null means only the limit
    /// of .NET, 2 GB. The events of a stream are delivered one by one and not added up.
    /// </summary>
    public long? MaxResponseBytes { get; set; } = 1024 * 1024 * 1024;

    /// <summary>The maximum ratio by which a compressed response can expand, once it is larger than 64 MB. Default 100; null means no limit.</summary>
    public int? MaxDecompressionRatio { get; set; } = DefaultDecompressionRatio;

    /// <summary>
    /// The proxy, with its credentials; null uses the proxy of the environment (<c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c>,
    /// <c>ALL_PROXY</c>, with the exceptions in <c>NO_PROXY</c>), otherwise that of the system.
    /// </summary>
    public IWebProxy? Proxy { get; set; }

    /// <summary>
    /// The credential for the proxy, whether <see cref="Proxy"/>, the environment or the system specifies it. Null, the
    /// default, uses the proxy's own credentials, and the user name and password in its address.
    /// </summary>
    public ICredentials? ProxyCredentials { get; set; }

    /// <summary>Accepts any certificate. Use it only for your own test server: anyone on the network path could read the key.</summary>
    public bool SkipCertificateCheck { get; set; }

    /// <summary>The HTTP version to require; null, the default, uses 2 if the server supports it, otherwise 1.1.</summary>
    public Version? HttpVersion { get; set; }

    /// <summary>
    /// The transport for responses. Default HTTP. A WebSocket is kept open for the next response, so a conversation with
    /// many tool rounds does not open a connection for each round and sends only new input. Background responses, which
    /// need no connection, and all other APIs use HTTP.
    /// </summary>
    public TransportKind Transport { get; set; }

    /// <summary>Headers to send with every request.</summary>
    public IDictionary<string, string> Headers { get; private set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The handler that sends requests instead of the network: your own handler, a <see cref="RecordingHandler"/>, a <see
    /// cref="ReplayHandler"/>, or a chain of these. A <see cref="DelegatingHandler"/> at the inner end without an inner
    /// handler uses the network, with the timeouts, the proxy and the other settings of these options. Null, the default,
    /// uses only the network.
    /// </summary>
    /// <remarks>
    /// Everything above the network works as usual: retries, redirects, timeouts, errors. If the responses come from
    /// anything other than .NET's network handlers, no credential is needed; one that is set is sent. The client owns the
    /// handler and disposes it, so give each client its own.
    /// </remarks>
    public HttpMessageHandler? Handler { get; set; }

    /// <summary>
    /// Adds prompts and answers to the spans of telemetry, without images and sound. Off by default, because content can be
    /// private. In the environment: <c>OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT</c>.
    /// </summary>
    public bool CaptureMessageContent { get; set; }

    /// <summary>The clock for timeouts, retry delays, dates and recordings.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Random numbers from 0 to 1 that vary the retry delays.</summary>
    public Func<double> Jitter { get; set; } = Randomness.NextDouble;

    /// <summary>
    /// Reads options from the environment: <c>OPENAI_API_KEY</c>, <c>OPENAI_BASE_URL</c> (or <c>OPENAI_API_BASE</c>),
    /// <c>OPENAI_ORG_ID</c> (or <c>OPENAI_ORGANIZATION</c>), <c>OPENAI_PROJECT_ID</c>, and <c>OPENAI_CUSTOM_HEADERS</c>
    /// (lines of <c>Name: value</c>). If none of the first three is set, but <c>AZURE_OPENAI_ENDPOINT</c> is, that endpoint
    /// is used, with <c>AZURE_OPENAI_API_KEY</c> and <c>OPENAI_API_VERSION</c>.
    /// </summary>
    /// <exception cref="ApiConfigurationException">A variable has a value that cannot be sent.</exception>
    public static OpenAIClientOptions FromEnvironment() => EnvironmentOptions.Read().Snapshot();

    /// <summary>
    /// Reads options from the environment for another address. The key of the environment is used only if the address has
    /// the scheme, host and port that the key belongs to; it is not sent to any other server.
    /// </summary>
    /// <exception cref="ApiConfigurationException">A variable has a value that cannot be sent, or the address is not http or https.</exception>
    public static OpenAIClientOptions FromEnvironmentFor(Uri baseAddress) => EnvironmentOptions.ReadFor(baseAddress).Snapshot();

    /// <summary>
    /// Reads options from the environment for an Azure OpenAI resource. <c>AZURE_OPENAI_API_KEY</c> and
    /// <c>OPENAI_API_VERSION</c> are used only if <c>AZURE_OPENAI_ENDPOINT</c> has the same scheme, host and port; the key
    /// is not sent to any other server.
    /// </summary>
    /// <exception cref="ApiConfigurationException">A variable has a value that cannot be sent, or the endpoint is not http or https.</exception>
    public static OpenAIClientOptions FromEnvironmentForAzure(Uri endpoint) => EnvironmentOptions.ReadForAzure(endpoint).Snapshot();

    /// <summary>The addresses of the Azure resource; null for other services.</summary>
    internal AzureAddress? Azure { get; private set; }

    /// <summary>The proxy to use: the one that is set, otherwise that of the environment; null for that of the system.</summary>
    internal IWebProxy? EffectiveProxy { get; private set; }

    /// <summary>The proxy for an address, without its credentials; null if there is none. The system may search the network for its proxy.</summary>
    internal Uri? ProxyFor(Uri address)
    {
        var proxy = EffectiveProxy ?? HttpHandler.SystemProxy;
        return proxy is not null && !proxy.IsBypassed(address) && proxy.GetProxy(address) is Uri found && found != address ? ProxyAddress.Shown(found) : null;
    }

    /// <summary>A copy for a client, after checking everything that can be checked before a request.</summary>
    /// <exception cref="ApiConfigurationException">A setting is not valid.</exception>
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
            ProxyAddress.Usable(proxyAddress, nameof(Proxy)); // an unsupported proxy is refused before a request
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

    /// <exception cref="ApiConfigurationException">It is no address that can be asked.</exception>
    internal static Uri CheckAddress(Uri? address, string name) => address is { IsAbsoluteUri: true, Scheme: "http" or "https" }
        ? address
        : throw new ApiConfigurationException($"{name} is not an http or https address.");

    private static void CheckHeader(string name, string? value)
    {
        if (value is not null)
        {
            HeaderRules.Check(name, value);
        }
    }
}
