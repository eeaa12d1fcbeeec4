using System.Management.Automation;

namespace OpenAIStream;

/// <summary>A cmdlet that makes requests: whom it asks, how it is stopped, what it says, how its errors are reported.</summary>
public abstract partial class RequestCmdlet : PSCmdlet, IDisposable
{
    private static readonly Version Code = ThreeNumbers(typeof(RequestCmdlet).Assembly.GetName().Version!);

    // Made with the cmdlet, because a stop may come at any time from then on; never disposed of, because it may come late.
    private readonly CancellationTokenSource _stop = new();
    private KeyValuePair<string, string>[] _headers = [], _query = [];
    private ConnectionUse? _use;
    private ProgressBar? _bar;
    private readonly List<string> _given = []; // arguments that are not null

    /// <summary>The connection to use, or its name. Without it: the default connection, else the environment variables.</summary>
    [Parameter]
    [ConnectionTransformation]
    [ArgumentCompleter(typeof(ConnectionNameCompleter))]
    public OpenAIConnection? Connection { get; set; }

    /// <summary>Headers to send with this request. A list of values is sent as the header's list.</summary>
    [Parameter]
    [DictionaryTransformation]
    public object? AdditionalHeaders { get; set; }

    /// <summary>Query parameters to send with this request. A list of values is sent as a parameter that comes several times.</summary>
    [Parameter]
    [DictionaryTransformation]
    public virtual object? AdditionalQuery { get; set; }

    /// <summary>The longest silence before and within an answer, in seconds; a stream that goes on is never cut. Without it: what the connection says.</summary>
    [Parameter]
    [Alias("TimeoutSec")]
    [OptionalRange(0.001, int.MaxValue / 1000.0)]
    public double? OperationTimeoutSeconds { get; set; }

    /// <summary>The longest that the call may take, retries and stream included, in seconds. Without it: what the connection says.</summary>
    [Parameter]
    [OptionalRange(0.001, int.MaxValue / 1000.0)]
    public double? TotalTimeoutSeconds { get; set; }

    /// <summary>How often a request is sent again after a failure that may pass. Without it: what the connection says.</summary>
    [Parameter]
    [OptionalRange(0, 100)]
    public int? MaximumRetryCount { get; set; }

    /// <summary>Cancelled by Ctrl+C, and when the cmdlet's life ends for whatever reason.</summary>
    private protected CancellationToken Stop => _stop.Token;

    /// <summary>The progress of the call, or of the calls, that are waited for.</summary>
    private protected WaitProgress? Waiting { get; set; }

    /// <summary>Whether a parameter was given as an argument. Null counts as not given.</summary>
    private protected bool IsGiven(string name) => _given.Contains(name);

    /// <summary>Whether this is one request of several: one that fails writes an error, and the others go on.</summary>
    private protected virtual bool IsOneOfSeveral => MyInvocation.ExpectingInput;

    /// <summary>Parameters that exclude each other. One pair that was given together ends the cmdlet before anything is sent.</summary>
    private protected virtual IEnumerable<Contradiction> Contradictions() => [];

    /// <summary>Warns when the module was updated in a session that still runs the code it had loaded, and refuses contradictions.</summary>
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

    // A manifest may say two numbers, an assembly always has four.
    private static Version ThreeNumbers(Version version) => new(version.Major, version.Minor, Math.Max(0, version.Build));

    /// <summary>Ctrl+C, or the pipeline's Stop; called on another thread.</summary>
    protected override void StopProcessing() => _stop.Cancel();

    /// <summary>The engine calls this at the end of the pipeline, however that came.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        Close();
        _use?.Dispose();
        _bar?.Hide();
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of what the cmdlet holds besides its connection.</summary>
    private protected virtual void Close()
    {
    }

    /// <summary>The connection that all calls of this cmdlet use, from the first on: what is disconnected or replaced meanwhile lasts until the cmdlet's end.</summary>
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
