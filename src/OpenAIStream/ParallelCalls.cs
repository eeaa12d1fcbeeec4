using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>
/// Several calls at once: each runs on threads of its own, and what they bring is handed over on the pipeline's thread,
/// the only one that may write. What comes of one call stays in its order.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A call may end after the cmdlet that started it, and still add to these.")]
internal sealed class ParallelCalls(int limit, CancellationToken stop)
{
    // How far the calls may run ahead of a slow pipeline before they wait: then the servers wait too.
    private const int MostWaiting = 256;

    private readonly BlockingCollection<Action> _ready = [];
    private readonly SemaphoreSlim _room = new(MostWaiting);
    private int _running;

    /// <summary>Starts a call once there is a place for it, handing over meanwhile what the others bring.</summary>
    /// <param name="call">The call; it is given what hands something over to the pipeline's thread.</param>
    /// <param name="failed">Called on the pipeline's thread with what the call ended with, if it failed.</param>
    public void Start(Func<Func<Action, Task>, Task> call, Action<Exception> failed)
    {
        while (_running >= limit)
        {
            _ready.Take(stop)();
        }

        _running++;
        Task.Run(() => RunAsync(call, failed), CancellationToken.None);
        while (_ready.TryTake(out var action))
        {
            action();
        }
    }

    /// <summary>Hands over what the calls bring until the last has ended.</summary>
    public void Finish()
    {
        while (_running > 0)
        {
            _ready.Take(stop)();
        }
    }

    private async Task RunAsync(Func<Func<Action, Task>, Task> call, Action<Exception> failed)
    {
        Exception? failure = null;
        try
        {
            await call(AddAsync).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        _ready.Add(() =>
        {
            _running--;
            if (failure is not null)
            {
                failed(failure);
            }
        });
    }

    private async Task AddAsync(Action action)
    {
        await _room.WaitAsync(stop).ConfigureAwait(false);
        _ready.Add(() =>
        {
            _room.Release();
            action();
        });
    }
}
