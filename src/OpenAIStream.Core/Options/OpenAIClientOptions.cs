using System.Net;

namespace OpenAIStream;

/// <summary>Where to ask, as whom, and how patiently. A client copies what it needs: later changes have no effect on it.</summary>
public sealed class OpenAIClientOptions
{
    /// <summary>The service's own address.</summary>
    public static readonly Uri DefaultBaseAddress = new("https://api.openai.com/v1/");

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

    /// <summary>The most bytes one event may have; null, the default, is no limit.</summary>
    public long? MaxEventBytes { get; set; }

    /// <summary>
    /// The proxy, with its credentials; null takes the one that the environment names (<c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c>,
    /// <c>ALL_PROXY</c>, with the exceptions of <c>NO_PROXY</c>), else the system's.
    /// </summary>
    public IWebProxy? Proxy { get; set; }

    /// <summary>Accepts any certificate. For a test server of one's own; everything else can be read by others.</summary>
    public bool SkipCertificateCheck { get; set; }

    /// <summary>The HTTP version to insist on; null, the default, is 2 where the server offers it, else 1.1.</summary>
    public Version? HttpVersion { get; set; }

    /// <summary>Headers to send with every request.</summary>
    public IDictionary<string, string> Headers { get; private set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The folder to record to, which is made where it is not there: each exchange becomes a text file, without keys. Until
    /// its end it is held in memory; an answer above 512 MB is not recorded, which the next request tells. Null, the
    /// default, records nothing.
    /// </summary>
    public string? RecordTo { get; set; }

    /// <summary>
    /// The folder of recordings, or the one recording, that answers instead of the network. It needs no credential, and uses
    /// none. Null, the default, asks the network.
    /// </summary>
    public string? ReplayFrom { get; set; }

    /// <summary>With <see cref="ReplayFrom"/>: what must be the same for a recording to answer. Default: method, path and body.</summary>
    public RecordingMatch MatchOn { get; set; } = RecordingMatch.All;

    /// <summary>With <see cref="ReplayFrom"/>: how fast. 1 is the recorded pace, 10 ten times as fast; 0, the default, waits for nothing.</summary>
    public double ReplaySpeed { get; set; }

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
    public static OpenAIClientOptions FromEnvironment()
    {
        var options = new OpenAIClientOptions
        {
            Organization = Variable("OPENAI_ORG_ID") ?? Variable("OPENAI_ORGANIZATION"),
            Project = Variable("OPENAI_PROJECT_ID"),
            CaptureMessageContent = Variable("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT")?.ToUpperInvariant() is "TRUE" or "SPAN_ONLY" or "SPAN_AND_EVENT",
        };
        string? key = Variable("OPENAI_API_KEY");
        string? address = Variable("OPENAI_BASE_URL") ?? Variable("OPENAI_API_BASE");
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
            options.BaseAddress = ToAddress(address, "OPENAI_BASE_URL");
        }

        AddCustomHeaders(options, Variable("OPENAI_CUSTOM_HEADERS") ?? "");
        return options.Snapshot();
    }

    /// <summary>How a resource on Azure is addressed; null for other services.</summary>
    internal AzureAddress? Azure { get; private set; }

    /// <summary>The proxy to use: the one set, else the environment's; null for the system's.</summary>
    internal IWebProxy? EffectiveProxy { get; private set; }

    /// <summary>
    /// Options from the environment turned to a resource on Azure: with the environment's key and version for it, unless
    /// <c>AZURE_OPENAI_ENDPOINT</c> says that they are for another.
    /// </summary>
    internal void UseAzure(Uri endpoint)
    {
        var known = Variable("AZURE_OPENAI_ENDPOINT") is string address ? ToAddress(address, "AZURE_OPENAI_ENDPOINT") : null;
        bool isKnown = known is not null && known.Host == endpoint.Host && known.Scheme == endpoint.Scheme;
        Credential = (isKnown || known is null) && Variable("AZURE_OPENAI_API_KEY") is string key ? ApiCredential.FromKey(key) : null;
        ApiVersion = isKnown ? Variable("OPENAI_API_VERSION") : null;
        AzureEndpoint = endpoint;
    }

    /// <summary>A copy for a client, with what can be checked before a request checked.</summary>
    /// <exception cref="ApiConfigurationException">A setting makes no sense.</exception>
    internal OpenAIClientOptions Snapshot()
    {
        var azure = AzureEndpoint is null ? null : new AzureAddress(CheckAddress(AzureEndpoint, nameof(AzureEndpoint)), ApiVersion);
        if (ApiVersion is not null && azure is null)
        {
            throw new ApiConfigurationException($"{nameof(ApiVersion)} is for Azure alone: it needs {nameof(AzureEndpoint)}.");
        }

        if (RecordTo is not null && ReplayFrom is not null)
        {
            throw new ApiConfigurationException($"{nameof(RecordTo)} and {nameof(ReplayFrom)} exclude each other: record, or replay.");
        }

        if (ReplaySpeed is not (>= 0 and < double.PositiveInfinity))
        {
            throw new ApiConfigurationException($"{nameof(ReplaySpeed)} is neither 0 nor a positive number.");
        }

        CheckHeader("OpenAI-Organization", Organization);
        CheckHeader("OpenAI-Project", Project);
        CheckTime(ConnectionTimeout, nameof(ConnectionTimeout));
        CheckTime(OperationTimeout, nameof(OperationTimeout));
        CheckTime(TotalTimeout ?? Timeout.InfiniteTimeSpan, nameof(TotalTimeout));
        if (MaximumRetryCount < 0)
        {
            throw new ApiConfigurationException($"{nameof(MaximumRetryCount)} is below 0.");
        }

        foreach (var header in Headers)
        {
            CheckHeader(header.Key, header.Value);
        }

        var copy = (OpenAIClientOptions)MemberwiseClone();
        copy.BaseAddress = azure?.Base ?? CheckAddress(BaseAddress, nameof(BaseAddress));
        copy.Azure = azure;
        copy.Credential = ReplayFrom is null ? Credential : null; // a token provider has nothing to do in a replay
        copy.EffectiveProxy = Proxy ?? EnvironmentProxy.Read(Environment.GetEnvironmentVariable);
        copy.RecordTo = FullPath(RecordTo, nameof(RecordTo));
        copy.ReplayFrom = FullPath(ReplayFrom, nameof(ReplayFrom));
        copy.Headers = new Dictionary<string, string>(Headers, StringComparer.OrdinalIgnoreCase);
        return copy;
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
                throw new ApiConfigurationException("A line of OPENAI_CUSTOM_HEADERS is not of the form 'Name: value'.");
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

    // No timer goes further than that.
    private static void CheckTime(TimeSpan time, string name)
    {
        if (time != Timeout.InfiniteTimeSpan && (time <= TimeSpan.Zero || time.TotalMilliseconds > int.MaxValue))
        {
            throw new ApiConfigurationException($"{name} is neither above 0 and below 25 days, nor Timeout.InfiniteTimeSpan.");
        }
    }

    private static string? FullPath(string? path, string name)
    {
        try
        {
            return path is null ? null : Path.GetFullPath(path);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException or PathTooLongException)
        {
            throw new ApiConfigurationException($"{name} is no path to a folder.", exception);
        }
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name)?.Trim() is { Length: > 0 } value ? value : null;
}
