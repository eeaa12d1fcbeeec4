using System.Management.Automation;

namespace OpenAIStream;

/// <content>How calls are made: whether they may be sent, where they are waited for, what is told of them, how they fail.</content>
public abstract partial class RequestCmdlet
{
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

    /// <summary>Sends a request, if it may be sent, and waits for the answer. False when there is none.</summary>
    /// <param name="start">Starts the call.</param>
    /// <param name="target">What an error is about.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="model">The model that is asked.</param>
    private protected bool Ask<T>(Func<RequestOptions, CancellationToken, Task<T>> start, object? target, out T answer, string? model = null)
    {
        answer = default!;
        return MaySend(options => start(options, Stop), model, target: target) && Send(start, target, out answer);
    }

    /// <summary>The same for a request that need not be asked about.</summary>
    private protected bool Send<T>(Func<RequestOptions, CancellationToken, Task<T>> start, object? target, out T answer)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var progress = NewCallProgress();
        return Try(() => Await(start, stop, progress), target, out answer);
    }

    /// <summary>The progress of a call that answers an input; null for one that shows its waits alone.</summary>
    private protected virtual WaitProgress? NewCallProgress() => null;

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
