using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;

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
    /// <param name="call">The call.</param>
    /// <param name="failed">Called on the pipeline's thread with what the call ended with, if it failed.</param>
    public void Start(Func<Task> call, Action<Exception> failed)
    {
        while (_running >= limit)
        {
            Take()();
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
            Take()();
        }
    }

    private Action Take()
    {
        try
        {
            return _ready.Take(stop);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private async Task RunAsync(Func<Task> call, Action<Exception> failed)
    {
        Exception? failure = null;
        try
        {
            await call().ConfigureAwait(false);
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

    /// <summary>Has something told on the pipeline's thread; from any thread.</summary>
    public void Tell(Action action) => _ready.Add(action);

    /// <summary>Has something written on the pipeline's thread; from any thread. Waits when the pipeline is far behind.</summary>
    public async Task WriteAsync(Action action)
    {
        await _room.WaitAsync(stop).ConfigureAwait(false);
        _ready.Add(() =>
        {
            _room.Release();
            action();
        });
    }
}
