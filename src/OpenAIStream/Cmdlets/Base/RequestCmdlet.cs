using System.Management.Automation;

namespace OpenAIStream;

/// <summary>A cmdlet that makes requests: whom it asks, how it is stopped, what it says, how its errors are reported.</summary>
public abstract class RequestCmdlet : PSCmdlet, IDisposable
{
    private static readonly Version Code = ThreeNumbers(typeof(RequestCmdlet).Assembly.GetName().Version!);

    // Made with the cmdlet, because a stop may come at any time from then on; never disposed of, because it may come late.
    private readonly CancellationTokenSource _stop = new();
    private KeyValuePair<string, string>[] _headers = [];
    private KeyValuePair<string, string>[] _query = [];
    private WaitProgress? _progress; // of the call that is waited for

    /// <summary>The connection to use, or its name. Without it: the default connection, else the environment variables.</summary>
    [Parameter]
    [ConnectionTransformation]
    [ArgumentCompleter(typeof(ConnectionNameCompleter))]
    public OpenAIConnection? Connection { get; set; }

    /// <summary>Headers to send with this request. A list of values is sent as the header's list.</summary>
    [Parameter]
    public System.Collections.IDictionary? AdditionalHeaders { get; set; }

    /// <summary>Query parameters to send with this request. A list of values is sent as a parameter that comes several times.</summary>
    [Parameter]
    public System.Collections.IDictionary? AdditionalQuery { get; set; }

    /// <summary>Cancelled by Ctrl+C, and when the cmdlet's life ends for whatever reason.</summary>
    private protected CancellationToken Stop => _stop.Token;

    /// <summary>Parameters that exclude each other. One pair that was given together ends the cmdlet before anything is sent.</summary>
    private protected virtual IEnumerable<Contradiction> Contradictions() => [];

    /// <summary>Warns when the module was updated in a session that still runs the code it had loaded, and refuses contradictions.</summary>
    protected override void BeginProcessing()
    {
        if (MyInvocation.MyCommand is CmdletInfo { Version: Version version } && ThreeNumbers(version) is var module && module != Code)
        {
            WriteWarning($"This session runs OpenAIStream {Code}, not {module}: what is loaded cannot be replaced. Start a new session.");
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
            _headers = [.. NameValues.Headers(AdditionalHeaders, nameof(AdditionalHeaders))];
            _query = [.. NameValues.Query(AdditionalQuery, nameof(AdditionalQuery))];
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
        GC.SuppressFinalize(this);
    }

    private protected OpenAIConnection Target => Connection ?? Connections.Default;

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

        return options;
    }

    /// <summary>Starts a call and waits for it on the pipeline's thread.</summary>
    /// <param name="start">Starts the call.</param>
    /// <param name="stop">What ends it early; cancelled here when the waiting itself is broken off.</param>
    /// <param name="progress">Shows that it takes time; without it, only the wait before another attempt is shown.</param>
    private protected T Await<T>(Func<RequestOptions, CancellationToken, Task<T>> start, CancellationTokenSource stop, WaitProgress? progress = null)
    {
        using var own = progress is null ? new WaitProgress(WriteProgress, null, null) : null;
        _progress = progress ?? own;
        var call = Dispatcher.Start(() => start(NewOptions(), stop.Token));
        try
        {
            Dispatcher.WaitFor(call, _progress);
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
            _progress = null;
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
    private protected bool Try<T>(Func<T> work, object? target, out T result)
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
            Report(Errors.From(exception, target), exception is ApiConfigurationException);
            result = default!;
            return false;
        }
    }

    /// <summary>One request made by parameters fails as a whole; among prompts from the pipeline the others go on.</summary>
    private protected void Report(ErrorRecord error, bool concernsAll = false)
    {
        if (!MyInvocation.ExpectingInput || concernsAll)
        {
            ThrowTerminatingError(error);
        }

        WriteError(error);
    }

    /// <summary>Whether debug text goes anywhere: it is not made for each event to be thrown away.</summary>
    private protected bool IsDebug() => MyInvocation.BoundParameters.TryGetValue("Debug", out object? asked)
        ? LanguagePrimitives.IsTrue(asked)
        : LanguagePrimitives.TryConvertTo(GetVariableValue("DebugPreference"), out ActionPreference preference)
            && preference is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    private protected void Tell(CallEvent callEvent)
    {
        _progress?.Tell(callEvent);
        string text = CallNews.Text(callEvent);
        WriteVerbose(text);
        if (CallNews.IsWarning(callEvent))
        {
            WriteWarning(text);
        }
    }
}
