using System.Management.Automation;

namespace OpenAIStream;

/// <content>How calls are made: whether they may be sent, where they are waited for, what is reported about them, how they fail.</content>
public abstract partial class RequestCmdlet
{
    /// <summary>Passes events of calls to the pipeline's thread.</summary>
    private protected PipelineDispatcher Dispatcher { get; } = new();

    /// <summary>The options of this cmdlet's calls that override the connection.</summary>
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

    /// <summary>Whether -Confirm prompts before a request. Cmdlets that only read do not prompt.</summary>
    private protected virtual bool ConfirmsRequests => MyInvocation.MyCommand is not CmdletInfo { Verb: VerbsCommon.Get };

    /// <summary>Whether a request may be sent: -WhatIf and -Confirm describe it, by means of a call that sends nothing.</summary>
    /// <param name="start">Starts the call.</param>
    /// <param name="model">The model of the request.</param>
    /// <param name="file">The file to which the answer is written.</param>
    /// <param name="target">The target of an error.</param>
    private protected virtual bool MaySend(Func<RequestOptions, Task> start, string? model = null, string? file = null, object? target = null)
    {
        var preview = new RequestPreview(this);
        if (!preview.IsWanted(ConfirmsRequests))
        {
            return true;
        }

        return Try(() => RequestPreview.Of(start, NewOptions()), target, out var request) && preview.Show(request, model, file);
    }

    /// <summary>Sends a request, if it may be sent, and waits for the answer. False if there is none.</summary>
    /// <param name="start">Starts the call.</param>
    /// <param name="target">The target of an error.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="model">The model.</param>
    private protected bool Ask<T>(Func<RequestOptions, CancellationToken, Task<T>> start, object? target, out T answer, string? model = null)
    {
        answer = default!;
        return MaySend(options => start(options, Stop), model, target: target) && Send(start, target, out answer);
    }

    /// <summary>The same for a request that needs no confirmation.</summary>
    private protected bool Send<T>(Func<RequestOptions, CancellationToken, Task<T>> start, object? target, out T answer)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var progress = NewCallProgress();
        return Try(() => Await(start, stop, progress), target, out answer);
    }

    /// <summary>The pages of a list, one after another, within one total timeout. If a page cannot be fetched, the error is written, and the list ends.</summary>
    /// <param name="list">Requests the page after another one.</param>
    /// <param name="target">The target of an error.</param>
    private protected IEnumerable<ListPage<T>> Pages<T>(Func<ListPage<T>?, RequestOptions, CancellationToken, Task<ListPage<T>>> list, object? target)
        where T : JsonModel
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var progress = NewCallProgress();
        var time = new SharedTimeout(Seconds(TotalTimeoutSeconds) ?? Target.TotalTimeout);
        ListPage<T>? last = null;
        int count = 0;
        while (last is not { HasMore: false })
        {
            var before = last;
            if (!Try(() => Await((options, token) => time.SendAsync(options, () => list(before, options, token)), stop, progress), target, out var page))
            {
                yield break;
            }

            last = page;
            count += page.Data.Count;
            progress?.Note($"{count} items");
            yield return page;
        }
    }

    /// <summary>The progress of a call that processes an input; null for a call that only shows its waits.</summary>
    private protected virtual WaitProgress? NewCallProgress() => null;

    /// <summary>Starts a call and waits for it on the pipeline's thread.</summary>
    /// <param name="start">Starts the call.</param>
    /// <param name="stop">Cancels the call; it is canceled here if the wait itself is aborted.</param>
    /// <param name="progress">Shows that the call takes time; without it, only the delay before another attempt is shown.</param>
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
            // The call failed, or reporting threw: a stop, or a preference that turns verbose messages into one. Nobody
            // takes what the call has opened in the meantime, or is still opening.
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

    /// <summary>Waits for the next chunk of a stream on the pipeline's thread, where events can be reported in the meantime.</summary>
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

    /// <summary>Runs work that can fail like requests do. False if it failed and the error has been written.</summary>
    /// <remarks>Code that writes to the pipeline must not be in here: exceptions from further down the pipeline are not ours to catch.</remarks>
    /// <param name="work">The work.</param>
    /// <param name="target">The target of the error.</param>
    /// <param name="result">The result of the work.</param>
    /// <param name="failing">Called with the reason of a failure, before the error is written.</param>
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
            Report(Errors.From(exception, target, Advice(exception)), exception is ApiConfigurationException { IsBadName: false });
            result = default!;
            return false;
        }
        catch (SentFileException exception)
        {
            failing?.Invoke(exception);
            Report(Errors.FileNotReadable(exception, exception.Path));
            result = default!;
            return false;
        }
    }

    /// <summary>What to do about an error of the service, if this cmdlet has more specific advice than the table of errors.</summary>
    private protected virtual string? Advice(ApiException exception) => null;

    /// <summary>Writes an error. It ends the cmdlet if there is one request or the error concerns all; otherwise the other inputs continue.</summary>
    private protected void Report(ErrorRecord error, bool concernsAll = false)
    {
        error = Annotate(error);
        if (!IsOneOfSeveral || concernsAll)
        {
            ThrowTerminatingError(error);
        }

        WriteError(error);
    }

    /// <summary>Adds to an error the input that it is about.</summary>
    private protected virtual ErrorRecord Annotate(ErrorRecord error) => error;

    /// <summary>Whether debug messages are written anywhere: otherwise they are not created for each event.</summary>
    private protected bool IsDebug() => MyInvocation.BoundParameters.TryGetValue("Debug", out object? asked)
        ? LanguagePrimitives.IsTrue(asked)
        : LanguagePrimitives.TryConvertTo(GetVariableValue("DebugPreference"), out ActionPreference preference)
            && preference is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    private protected void Tell(CallEvent callEvent)
    {
        Waiting?.Tell(callEvent);
        if (callEvent is BodySending)
        {
            return; // shown in the progress bar
        }

        if (callEvent is ResponseReceived { RateLimits: RateLimits limits })
        {
            Target.Terms.RateLimits = limits;
        }

        string text = CallNews.Text(callEvent);
        WriteVerbose(text);
        if (CallNews.IsWarning(callEvent))
        {
            WriteWarning(text);
        }
    }
}
