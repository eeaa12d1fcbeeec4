using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// The pipeline's thread that waits for a call: the only one where the session's scripts may run. A call finds it from
/// whichever thread it is on by then, because what it awaits carries this along.
/// </summary>
internal static class PipelineThread
{
    private static readonly AsyncLocal<Action<Action>?> Current = new();

    /// <summary>Whether somebody waits who can be given work.</summary>
    public static bool IsWaiting => Current.Value is not null;

    /// <summary>Starts something on the pipeline's thread. Scripts that it comes to need are handed back to be run there.</summary>
    /// <param name="post">Hands work to the thread while it waits; called from any thread.</param>
    /// <param name="start">What to start.</param>
    public static T Start<T>(Action<Action> post, Func<T> start)
    {
        var before = Current.Value;
        Current.Value = post;
        try
        {
            return start();
        }
        finally
        {
            Current.Value = before;
        }
    }

    /// <summary>Runs work on the waiting thread. Once stopped, it is neither waited for nor begun.</summary>
    public static async Task<T> RunAsync<T>(Func<T> work, CancellationToken stop)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (stop.Register(() => done.TrySetCanceled(stop)))
        {
            Current.Value!(() => Run(work, done));
            return await done.Task.ConfigureAwait(false);
        }
    }

    private static void Run<T>(Func<T> work, TaskCompletionSource<T> done)
    {
        if (done.Task.IsCompleted)
        {
            return;
        }

        try
        {
            done.TrySetResult(work());
        }
        catch (PipelineStoppedException)
        {
            done.TrySetCanceled();
            throw; // whoever waits is to go
        }
        catch (Exception exception)
        {
            done.TrySetException(exception);
        }
    }
}
