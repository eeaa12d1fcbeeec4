using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>
/// What happens with a call on other threads, brought to the pipeline's thread: only there may a cmdlet speak, and only there
/// run the session's scripts.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A call may end after the cmdlet that started it, and still tell.")]
internal sealed class CallPump(Action<CallEvent> tell)
{
    private readonly BlockingCollection<Action?> _waiting = []; // null: the work that is waited for has ended

    /// <summary>From any thread: an event to tell.</summary>
    public void Add(CallEvent callEvent) => _waiting.Add(() => tell(callEvent));

    /// <summary>From any thread: something to do.</summary>
    public void Post(Action action) => _waiting.Add(action);

    /// <summary>Waits on the pipeline's thread until the work has ended, however it has; meanwhile it tells and does what comes.</summary>
    /// <param name="work">What is waited for.</param>
    /// <param name="progress">Told that time passes, if it wants to know.</param>
    public void WaitFor(Task work, WaitProgress? progress = null)
    {
        work.ContinueWith(_ => _waiting.Add(null), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        while (true)
        {
            if (Take(progress) is Action action)
            {
                action();
            }
            else if (work.IsCompleted)
            {
                return;
            }
        }
    }

    private Action? Take(WaitProgress? progress) =>
        progress is null ? _waiting.Take()
        : _waiting.TryTake(out var action, WaitProgress.Interval) ? action
        : progress.Tick;
}
