using System.Collections.Concurrent;

namespace OpenAIStream;

/// <summary>
/// What happens with a call on other threads, brought to the pipeline's thread: only there may a cmdlet speak.
/// </summary>
internal sealed class CallPump(Action<CallEvent> tell)
{
    private readonly BlockingCollection<CallEvent> _events = [];

    /// <summary>From any thread.</summary>
    public void Add(CallEvent callEvent) => _events.Add(callEvent);

    /// <summary>Waits for a call on the pipeline's thread and tells its events as they happen.</summary>
    public T Wait<T>(Task<T> call)
    {
        call.ContinueWith(_ => _events.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        foreach (var callEvent in _events.GetConsumingEnumerable())
        {
            tell(callEvent);
        }

        return call.GetAwaiter().GetResult();
    }
}
