using System.Management.Automation;

namespace OpenAIStream;

/// <summary>A cmdlet that makes requests: whom it asks, how it is stopped, what it says, how its errors are reported.</summary>
public abstract class RequestCmdlet : PSCmdlet, IDisposable
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
            WriteWarning($"This session runs OpenAIStream {Code}, not {module}: what is loaded cannot be replaced. Start a new session.");
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

    /// <summary>Brings what happens with calls to the pipeline's thread.</summary>
    private protected PipelineDispatcher Dispatcher { get; } = new();

    /// <summary>What every call of this cmdlet does otherwise than the connection says.</summary>
    private protected virtual RequestOptions NewOptions()
    {
        var options = new RequestOptions { OnEvent = callEvent => Dispatcher.Post(() => Tell(callEvent)) };
        foreach (var header in _headers)
        {
            options.Headers[header.Key] = header.Value;
        }

        foreach (var parameter in _query)
        {
            options.RepeatedQuery.Add(parameter);
        }

        options.OperationTimeout = Seconds(OperationTimeoutSeconds);
        options.TotalTimeout = Seconds(TotalTimeoutSeconds);
        options.MaximumRetryCount = MaximumRetryCount;
        return options;
    }

    /// <summary>A parameter in seconds as a time.</summary>
    internal static TimeSpan? Seconds(double? seconds) => seconds is double value ? TimeSpan.FromSeconds(value) : null;

    /// <summary>Whether -Confirm asks before a request.</summary>
    private protected virtual bool ConfirmsRequests => true;

    /// <summary>Whether a request may be sent: -WhatIf and -Confirm say what it is, which a call that sends nothing finds out.</summary>
    /// <param name="start">Starts the call.</param>
    /// <param name="model">The model that it asks.</param>
    /// <param name="file">The file that the answer goes into.</param>
    /// <param name="target">What an error is about.</param>
    private protected virtual bool MaySend(Func<RequestOptions, Task> start, string? model = null, string? file = null, object? target = null)
    {
        var preview = new RequestPreview(this);
        if (!preview.IsWanted(ConfirmsRequests))
        {
            return true;
        }

        return Try(() => RequestPreview.Of(start, NewOptions()), target, out var request) && preview.Show(request, model, file);
    }

    /// <summary>Starts a call and waits for it on the pipeline's thread.</summary>
    /// <param name="start">Starts the call.</param>
    /// <param name="stop">What ends it early; cancelled here when the waiting itself is broken off.</param>
    /// <param name="progress">Shows that it takes time; without it, only the wait before another attempt is shown.</param>
    private protected T Await<T>(Func<RequestOptions, CancellationToken, Task<T>> start, CancellationTokenSource stop, WaitProgress? progress = null)
    {
        using var own = progress is null ? NewProgress(null, null) : null;
        Waiting = progress ?? own;
        var call = Dispatcher.Start(() => start(NewOptions(), stop.Token));
        try
        {
            Dispatcher.WaitFor(call, Waiting);
            return call.GetAwaiter().GetResult();
        }
        catch
        {
            // The call failed, or telling threw: a stop, or a preference that makes verbose text one.
            // Nobody takes what the call has opened meanwhile, or opens yet.
            stop.Cancel();
            call.ContinueWith(
                static opened => (opened.Result as IDisposable)?.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            throw;
        }
        finally
        {
            Waiting = null;
        }
    }

    /// <summary>Waits for a stream's next chunk on the pipeline's thread, where it can be told what happens meanwhile.</summary>
    private protected bool Await<T>(SseStream<T> stream, WaitProgress? progress) where T : class
    {
        var moving = Dispatcher.Start(stream.MoveNextAsync);
        if (moving.IsCompleted)
        {
            return moving.GetAwaiter().GetResult();
        }

        var moved = moving.AsTask();
        Dispatcher.WaitFor(moved, progress);
        return moved.GetAwaiter().GetResult();
    }

    /// <summary>Runs work that may fail as requests fail. False when it failed and the error has been written.</summary>
    /// <remarks>Nothing that writes to the pipeline belongs in here: what is thrown downstream is not ours to catch.</remarks>
    /// <param name="work">The work.</param>
    /// <param name="target">What the error is about.</param>
    /// <param name="result">What the work returned.</param>
    /// <param name="failing">Told why it failed, before the error is written.</param>
    private protected bool Try<T>(Func<T> work, object? target, out T result, Action<Exception>? failing = null)
    {
        try
        {
            result = work();
            return true;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (ApiException exception)
        {
            failing?.Invoke(exception);
            Report(Errors.From(exception, target, Advice(exception)), exception is ApiConfigurationException);
            result = default!;
            return false;
        }
    }

    /// <summary>What to do about an error of the service, where this cmdlet knows it better than the table of errors.</summary>
    private protected virtual string? Advice(ApiException exception) => null;

    /// <summary>One request made by parameters fails as a whole; among prompts from the pipeline the others go on.</summary>
    private protected void Report(ErrorRecord error, bool concernsAll = false)
    {
        error = Annotate(error);
        if (!IsOneOfSeveral || concernsAll)
        {
            ThrowTerminatingError(error);
        }

        WriteError(error);
    }

    /// <summary>Says in an error which input it is about.</summary>
    private protected virtual ErrorRecord Annotate(ErrorRecord error) => error;

    /// <summary>Whether debug text goes anywhere: it is not made for each event to be thrown away.</summary>
    private protected bool IsDebug() => MyInvocation.BoundParameters.TryGetValue("Debug", out object? asked)
        ? LanguagePrimitives.IsTrue(asked)
        : LanguagePrimitives.TryConvertTo(GetVariableValue("DebugPreference"), out ActionPreference preference)
            && preference is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    private protected void Tell(CallEvent callEvent)
    {
        Waiting?.Tell(callEvent);
        if (callEvent is BodySending)
        {
            return; // the progress bar's
        }

        if (callEvent is ResponseReceived { RateLimits: RateLimits limits })
        {
            Target.RateLimits = limits;
        }

        string text = CallNews.Text(callEvent);
        WriteVerbose(text);
        if (CallNews.IsWarning(callEvent))
        {
            WriteWarning(text);
        }
    }
}
