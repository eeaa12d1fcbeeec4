using System.ComponentModel;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>The address and the credential for requests. It shows where its key came from, but never the key itself.</summary>
[TypeConverter(typeof(ConnectionConverter))]
public sealed class OpenAIConnection
{
    private readonly OpenAIClientOptions _options;
    private readonly PriceTable? _prices;
    private readonly object _gate = new();
    private int _uses;
    private bool _isClosed;
    private bool _isHandedOut;

    internal OpenAIConnection(string name, OpenAIClientOptions options, string keySource, PriceTable? prices = null)
    {
        _prices = prices;
        Terms = new UsageTerms { SetCost = prices is null ? null : prices.Apply };
        _options = options;
        Name = name;
        KeySource = keySource;
        Client = new OpenAIClient(options);
        Models = new KnownModels(Client);
    }

    /// <summary>The name for -Connection.</summary>
    public string Name { get; }

    /// <summary>The address that requests go to.</summary>
    public Uri BaseUri => Client.BaseAddress;

    /// <summary>The API version of an Azure resource, if it was specified.</summary>
    public string? ApiVersion => _options.ApiVersion;

    /// <summary>Where the key came from: a parameter, an environment variable, or nowhere.</summary>
    public string KeySource { get; }

    /// <summary>The text model for requests that do not specify one.</summary>
    public string? DefaultModel { get; internal init; }

    /// <summary>The image model for requests that do not specify one.</summary>
    public string? DefaultImageModel { get; internal init; }

    /// <summary>The speech model for requests that do not specify one.</summary>
    public string? DefaultSpeechModel { get; internal init; }

    /// <summary>The transcription model for requests that do not specify one.</summary>
    public string? DefaultTranscriptionModel { get; internal init; }

    /// <summary>The organization to bill.</summary>
    public string? Organization => _options.Organization;

    /// <summary>The project to bill.</summary>
    public string? Project => _options.Project;

    /// <summary>The transport for responses.</summary>
    public TransportKind Transport => _options.Transport;

    /// <summary>The longest time to open a connection.</summary>
    public TimeSpan ConnectionTimeout => _options.ConnectionTimeout;

    /// <summary>The longest silence before and within a response.</summary>
    public TimeSpan OperationTimeout => _options.OperationTimeout;

    /// <summary>The longest time for a whole call; null means no limit.</summary>
    public TimeSpan? TotalTimeout => _options.TotalTimeout;

    /// <summary>The number of retries after a transient failure.</summary>
    public int MaximumRetryCount => _options.MaximumRetryCount;

    /// <summary>The maximum size of an answer that is held in memory as a whole, in bytes.</summary>
    public long? MaximumResponseBytes => _options.MaxResponseBytes;

    /// <summary>The maximum size of one event of a stream, in bytes.</summary>
    public long? MaximumEventBytes => _options.MaxEventBytes;

    /// <summary>The maximum ratio by which a compressed answer can expand, once it is larger than 64 MB.</summary>
    public int? MaximumDecompressionRatio => _options.MaxDecompressionRatio;

    /// <summary>The proxy for requests, without its credentials; null if there is none except possibly that of the system.</summary>
    public Uri? Proxy => Client.ProxyAddress;

    /// <summary>Whether any certificate is accepted.</summary>
    public bool SkipCertificateCheck => _options.SkipCertificateCheck;

    /// <summary>The folder to which exchanges are recorded; null if they are not.</summary>
    public string? RecordTo => (_options.Handler as RecordingHandler)?.Folder;

    /// <summary>The recordings that are used instead of the network; null if the network is used.</summary>
    public string? ReplayFrom => (_options.Handler as ReplayHandler)?.Path;

    /// <summary>What the service's last response to a cmdlet reported about its limits; null if it reported nothing.</summary>
    public RateLimits? RateLimits => Terms.RateLimits;

    /// <summary>The rows of the price table for the cost of answers; empty if none was set.</summary>
    public IReadOnlyList<PSObject> Price => _prices?.Rows ?? [];

    /// <summary>The names of the headers that are sent with every request; their values may be secret.</summary>
    public IReadOnlyList<string> HeaderNames => [.. _options.Headers.Keys];

    internal OpenAIClient Client { get; }

    /// <summary>What it costs to use the service, and what is left of its limits.</summary>
    internal UsageTerms Terms { get; }

    /// <summary>What is known about the models of the service.</summary>
    internal KnownModels Models { get; }

    /// <summary>The responses of this session.</summary>
    internal RecentIds RecentResponses { get; } = new();

    /// <summary>The conversations of this session.</summary>
    internal RecentIds RecentConversations { get; } = new();

    /// <summary>The batches of this session.</summary>
    internal RecentIds RecentBatches { get; } = new();

    /// <summary>Begins a use of the connection; null if it was disconnected.</summary>
    internal ConnectionUse? Use()
    {
        lock (_gate)
        {
            return _isClosed ? null : UseAgain();
        }
    }

    /// <summary>Begins another use alongside one that has not ended, which is possible as long as that one lasts.</summary>
    internal ConnectionUse UseAgain()
    {
        lock (_gate)
        {
            _uses++;
            return new ConnectionUse(this);
        }
    }

    internal void EndUse()
    {
        lock (_gate)
        {
            if (--_uses > 0 || !_isClosed)
            {
                return;
            }
        }

        Client.Dispose();
    }

    /// <summary>No further use can begin; when the last one has ended, the sockets of the client are closed.</summary>
    internal void Close()
    {
        bool isIdle;
        lock (_gate)
        {
            isIdle = !_isClosed && _uses == 0;
            _isClosed = true;
        }

        if (isIdle)
        {
            Client.Dispose();
        }
    }

    /// <summary>From now on, scripts may hold the connection, and use it when its name refers to another one.</summary>
    internal OpenAIConnection HandOut()
    {
        lock (_gate)
        {
            _isHandedOut = true;
            return this;
        }
    }

    /// <summary>Its name now refers to another connection. If a script holds it, it stays usable and ends with the script.</summary>
    internal void Drop()
    {
        lock (_gate)
        {
            if (_isHandedOut)
            {
                return;
            }
        }

        Close();
    }

    /// <summary>The name and the address.</summary>
    public override string ToString() => $"{Name} ({BaseUri})";
}
