using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>
/// What happens with a call on other threads, brought to the pipeline's thread: only there may a cmdlet speak.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A call may end after the cmdlet that started it, and still tell.")]
internal sealed class CallPump(Action<CallEvent> tell)
{
    private readonly BlockingCollection<CallEvent?> _events = []; // null: the work that is waited for has ended

    /// <summary>From any thread.</summary>
    public void Add(CallEvent callEvent) => _events.Add(callEvent);

    /// <summary>Waits on the pipeline's thread until the work has ended, however it has, and tells events as they happen.</summary>
    public void WaitFor(Task work)
    {
        work.ContinueWith(_ => _events.Add(null), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        while (true)
        {
            if (_events.Take() is CallEvent callEvent)
            {
                tell(callEvent);
            }
            else if (work.IsCompleted)
            {
                return;
            }
        }
    }
}
