using System.ComponentModel;

namespace OpenAIStream;

/// <summary>Where requests go and as whom. It shows where its key came from; the key itself it shows to nobody.</summary>
[TypeConverter(typeof(ConnectionConverter))]
public sealed class OpenAIConnection
{
    private readonly OpenAIClientOptions _options;
    private readonly object _gate = new();
    private int _uses;
    private bool _isClosed;
    private bool _isHandedOut;

    internal OpenAIConnection(string name, OpenAIClientOptions options, string keySource)
    {
        _options = options;
        Name = name;
        KeySource = keySource;
        Client = new OpenAIClient(options);
        Models = new KnownModels(Client);
    }

    /// <summary>The name that -Connection takes.</summary>
    public string Name { get; }

    /// <summary>The address that requests go to.</summary>
    public Uri BaseUri => Client.BaseAddress;

    /// <summary>The API version of a resource on Azure, where one was named.</summary>
    public string? ApiVersion => _options.ApiVersion;

    /// <summary>Where the key came from: a parameter, an environment variable, or nowhere.</summary>
    public string KeySource { get; }

    /// <summary>The model for text when a request names none.</summary>
    public string? DefaultModel { get; internal init; }

    /// <summary>The model for images when a request names none.</summary>
    public string? DefaultImageModel { get; internal init; }

    /// <summary>The model for speech when a request names none.</summary>
    public string? DefaultSpeechModel { get; internal init; }

    /// <summary>The model for transcriptions when a request names none.</summary>
    public string? DefaultTranscriptionModel { get; internal init; }

    /// <summary>The organization to bill.</summary>
    public string? Organization => _options.Organization;

    /// <summary>The project to bill.</summary>
    public string? Project => _options.Project;

    /// <summary>What responses are asked for over.</summary>
    public TransportKind Transport => _options.Transport;

    /// <summary>The longest that making a connection may take.</summary>
    public TimeSpan ConnectionTimeout => _options.ConnectionTimeout;

    /// <summary>The longest silence before and within an answer.</summary>
    public TimeSpan OperationTimeout => _options.OperationTimeout;

    /// <summary>The longest that a whole call may take; null is no limit.</summary>
    public TimeSpan? TotalTimeout => _options.TotalTimeout;

    /// <summary>How often a request is sent again after a failure that may pass.</summary>
    public int MaximumRetryCount => _options.MaximumRetryCount;

    /// <summary>The most bytes that an answer may have which is held in memory as a whole.</summary>
    public long? MaximumResponseBytes => _options.MaxResponseBytes;

    /// <summary>The most bytes that one event of a stream may have.</summary>
    public long? MaximumEventBytes => _options.MaxEventBytes;

    /// <summary>How many times as large a compressed answer may become, where it becomes larger than 64 MB.</summary>
    public int? MaximumDecompressionRatio => _options.MaxDecompressionRatio;

    /// <summary>The proxy that requests go through, without its credentials; null where there is none but perhaps the system's.</summary>
    public Uri? Proxy => Client.ProxyAddress;

    /// <summary>Whether any certificate is accepted.</summary>
    public bool SkipCertificateCheck => _options.SkipCertificateCheck;

    /// <summary>The folder that exchanges are recorded to; null when they are not.</summary>
    public string? RecordTo => (_options.Handler as RecordingHandler)?.Folder;

    /// <summary>The recordings that answer instead of the network; null when it is asked.</summary>
    public string? ReplayFrom => (_options.Handler as ReplayHandler)?.Path;

    /// <summary>What the service's last response to a cmdlet said about its limits; null when it has said nothing.</summary>
    public RateLimits? RateLimits { get; internal set; }

    /// <summary>The names of the headers that go with every request; their values may be secret.</summary>
    public IReadOnlyList<string> HeaderNames => [.. _options.Headers.Keys];

    internal OpenAIClient Client { get; }

    /// <summary>What is known of the service's models.</summary>
    internal KnownModels Models { get; }

    /// <summary>Responses of this session.</summary>
    internal RecentIds RecentResponses { get; } = new();

    /// <summary>Conversations of this session.</summary>
    internal RecentIds RecentConversations { get; } = new();

    /// <summary>Begins a use of the connection; null when it was disconnected.</summary>
    internal ConnectionUse? Use()
    {
        lock (_gate)
        {
            return _isClosed ? null : UseAgain();
        }
    }

    /// <summary>Begins another use beside one that has not ended, which is possible as long as that one lasts.</summary>
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

    /// <summary>No use begins from now on; when the last has ended, the client's sockets are closed.</summary>
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

    /// <summary>Scripts may hold the connection from now on, and use it when its name means another one.</summary>
    internal OpenAIConnection HandOut()
    {
        lock (_gate)
        {
            _isHandedOut = true;
            return this;
        }
    }

    /// <summary>Its name means another connection now. What a script holds stays usable, and goes with the script.</summary>
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

    /// <summary>Name and address.</summary>
    public override string ToString() => $"{Name} ({BaseUri})";
}
