using System.Management.Automation;

namespace OpenAIStream;

/// <summary>A cmdlet that sends requests: its connection, how it is stopped, its messages, how its errors are reported.</summary>
public abstract partial class RequestCmdlet : PSCmdlet, IDisposable
{
    private static readonly Version Code = ThreeNumbers(typeof(RequestCmdlet).Assembly.GetName().Version!);

    // Created with the cmdlet, because a stop can arrive at any time from then on; never disposed, because it can arrive late.
    private readonly CancellationTokenSource _stop = new();
    private KeyValuePair<string, string>[] _headers = [], _query = [];
    private ConnectionUse? _use;
    private ProgressBar? _bar;
    private readonly List<string> _given = []; // arguments that are not null

    /// <summary>The connection to use, or its name. Without it: the default connection, otherwise the environment variables.</summary>
    [Parameter]
    [ConnectionTransformation]
    [ArgumentCompleter(typeof(ConnectionNameCompleter))]
    public OpenAIConnection? Connection { get; set; }

    /// <summary>Headers to send with this request. A list of values is sent as a list.</summary>
    [Parameter]
    [DictionaryTransformation]
    public object? AdditionalHeaders { get; set; }

    /// <summary>Query parameters to send with this request. A list of values is sent as a repeated parameter.</summary>
    [Parameter]
    [DictionaryTransformation]
    public virtual object? AdditionalQuery { get; set; }

    /// <summary>
    /// The longest silence before and within a response, in seconds; an active stream is never cut off. Without it: the
    /// setting of the connection.
    /// </summary>
    [Parameter]
    [Alias("TimeoutSec")]
    [OptionalRange(0.001, int.MaxValue / 1000.0)]
    public double? OperationTimeoutSeconds { get; set; }

    /// <summary>The longest time for the call, including retries and the stream, in seconds. Without it: the setting of the connection.</summary>
    [Parameter]
    [OptionalRange(0.001, int.MaxValue / 1000.0)]
    public double? TotalTimeoutSeconds { get; set; }

    /// <summary>The number of retries after a transient failure. Without it: the setting of the connection.</summary>
    [Parameter]
    [OptionalRange(0, 100)]
    public int? MaximumRetryCount { get; set; }

    /// <summary>Canceled by Ctrl+C, and when the cmdlet ends for any reason.</summary>
    private protected CancellationToken Stop => _stop.Token;

    /// <summary>The progress of the call or calls that are being waited for.</summary>
    private protected WaitProgress? Waiting { get; set; }

    /// <summary>Whether a parameter was specified as an argument. Null counts as not specified.</summary>
    private protected bool IsGiven(string name) => _given.Contains(name);

    /// <summary>Whether this is one request of several: if it fails, an error is written, and the others continue.</summary>
    private protected virtual bool IsOneOfSeveral => MyInvocation.ExpectingInput;

    /// <summary>Parameters that cannot be combined. If a pair was specified together, the cmdlet ends before anything is sent.</summary>
    private protected virtual IEnumerable<Contradiction> Contradictions() => [];

    /// <summary>Warns if the module was updated in a session that still runs the code it had loaded, and refuses contradictions.</summary>
    protected override void BeginProcessing()
    {
        if (MyInvocation.MyCommand is CmdletInfo { Version: Version version } && ThreeNumbers(version) is var module && module != Code)
        {
            WriteWarning($"This session runs OpenAIStream {Code}, not {module}, because loaded assemblies cannot be replaced. Start a new session.");
        }

        // Startup: no LINQ over pairs, which are structs (docs/startup.md).
        foreach (var argument in MyInvocation.BoundParameters)
        {
            if (argument.Value is not null)
            {
                _given.Add(argument.Key);
            }
        }

        foreach (var one in Contradictions())
        {
            if (one.IsThere)
            {
                ThrowTerminatingError(Errors.BadArgument(one.Message, one.Target));
            }
        }

        try
        {
            // Startup: pairs cost methods to compile, and most calls have none (docs/startup.md).
            _headers = AdditionalHeaders is System.Collections.IDictionary headers ? [.. NameValues.Headers(headers, nameof(AdditionalHeaders))] : _headers;
            _query = AdditionalQuery is System.Collections.IDictionary query ? [.. NameValues.Query(query, nameof(AdditionalQuery))] : _query;
        }
        catch (ArgumentException exception)
        {
            ThrowTerminatingError(Errors.BadArgument(exception.Message, null));
        }
    }

    // A manifest can have two numbers, an assembly always has four.
    private static Version ThreeNumbers(Version version) => new(version.Major, version.Minor, Math.Max(0, version.Build));

    /// <summary>Called on another thread at Ctrl+C, or when the pipeline is stopped.</summary>
    protected override void StopProcessing() => _stop.Cancel();

    /// <summary>The engine calls this at the end of the pipeline, however it ended.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        Close();
        _use?.Dispose();
        _bar?.Hide();
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the cmdlet holds besides its connection.</summary>
    private protected virtual void Close()
    {
    }

    /// <summary>
    /// The connection for all calls of this cmdlet: a connection that is disconnected or replaced in the meantime lasts
    /// until the end of the cmdlet.
    /// </summary>
    private protected OpenAIConnection Target => Use.Connection;

    private protected ConnectionUse Use => _use ??= BeginUse();

    private ConnectionUse BeginUse()
    {
        ConnectionUse? use;
        do
        {
            use = (Connection ?? Connections.Default).Use(); // null: another runspace has just replaced the default
        }
        while (use is null && Connection is null);

        if (use is null)
        {
            ThrowTerminatingError(Errors.ConnectionClosed(Connection!));
        }

        return use!;
    }

    private protected ProgressBar Bar => _bar ??= new ProgressBar(this);

    private protected void HideBar() => _bar?.Hide();

    /// <summary>The progress of a call that begins now.</summary>
    private protected virtual WaitProgress NewProgress(string? activity, string? about)
    {
        Bar.Begin();
        return new WaitProgress(Bar, activity, about);
    }
}
