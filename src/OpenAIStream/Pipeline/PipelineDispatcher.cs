using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Passes work from other threads to the pipeline's thread: only there can a cmdlet write, and only there can the scripts
/// of the session run. Each cmdlet has one dispatcher. Code that a call runs finds it from any thread, because it flows
/// with the asynchronous context of the call.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A call can end after the cmdlet that started it, and still post.")]
internal sealed class PipelineDispatcher
{
    private static readonly AsyncLocal<PipelineDispatcher?> Carried = new();

    private readonly BlockingCollection<Action?> _work = []; // null wakes the thread: what it waits for has ended

    /// <summary>The dispatcher of the cmdlet that waits for the call of the current code; null if there is none.</summary>
    public static PipelineDispatcher? Current => Carried.Value;

    /// <summary>From any thread: queues something to do on the pipeline's thread, whether or not anybody waits for it.</summary>
    public void Post(Action action) => _work.Add(action);

    /// <summary>From any thread: runs something on the pipeline's thread and returns the result. After a stop, it is not started.</summary>
    public async Task<T> RunAsync<T>(Func<T> function, CancellationToken stop)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (stop.Register(() => done.TrySetCanceled(stop)))
        {
            Post(() => Run(function, done));
            return await done.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Starts a call, which finds this dispatcher as <see cref="Current"/>.</summary>
    public T Start<T>(Func<T> call)
    {
        var before = Carried.Value;
        Carried.Value = this;
        try
        {
            return call();
        }
        finally
        {
            Carried.Value = before;
        }
    }

    /// <summary>On the pipeline's thread: waits until a call has ended in any way, and runs queued work in the meantime.</summary>
    /// <param name="call">The call.</param>
    /// <param name="progress">Notified that time passes, if there is one.</param>
    public void WaitFor(Task call, WaitProgress? progress = null)
    {
        call.ContinueWith(_ => _work.Add(null), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        while (true)
        {
            if (Take(progress) is Action action)
            {
                action();
            }
            else if (call.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>On the pipeline's thread: waits for the next queued work, and runs it.</summary>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="progress">Notified that time passes, if there is one.</param>
    public void DoNext(CancellationToken stop, WaitProgress? progress = null)
    {
        try
        {
            Take(progress, stop)?.Invoke();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>On the pipeline's thread: runs what has been queued so far.</summary>
    public void DoPosted()
    {
        while (_work.TryTake(out var action))
        {
            action?.Invoke();
        }
    }

    private Action? Take(WaitProgress? progress, CancellationToken stop = default) =>
        progress is null ? _work.Take(stop)
        : _work.TryTake(out var action, (int)WaitProgress.Interval.TotalMilliseconds, stop) ? action
        : progress.Tick;

    private static void Run<T>(Func<T> function, TaskCompletionSource<T> done)
    {
        if (done.Task.IsCompleted)
        {
            return;
        }

        try
        {
            done.TrySetResult(function());
        }
        catch (PipelineStoppedException)
        {
            done.TrySetCanceled();
            throw; // the waiting thread should leave
        }
        catch (Exception exception)
        {
            done.TrySetException(exception);
        }
    }
}
