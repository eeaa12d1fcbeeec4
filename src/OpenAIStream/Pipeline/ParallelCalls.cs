using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>
/// Several calls at once: each runs on threads of its own, and what they bring is written on the pipeline's thread. What
/// comes of one call stays in its order.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A call can end after the cmdlet that started it, and still write.")]
internal sealed class ParallelCalls(PipelineDispatcher dispatcher, int limit, CancellationToken stop, WaitProgress? progress = null)
{
    // How far the calls may run ahead of a slow pipeline before they wait: then the servers wait too.
    private const int MostWaiting = 256;

    private readonly SemaphoreSlim _room = new(MostWaiting);
    private int _running;

    /// <summary>Starts a call once there is a place for it, and writes meanwhile what the others bring.</summary>
    /// <param name="call">The call.</param>
    /// <param name="ended">Called on the pipeline's thread, once all that the call brought is written, with what it failed with or null.</param>
    public void Start(Func<Task> call, Action<Exception?> ended)
    {
        while (_running >= limit)
        {
            dispatcher.DoNext(stop, progress);
        }

        _running++;
        Task.Run(() => RunAsync(call, ended), CancellationToken.None);
        dispatcher.DoPosted();
    }

    /// <summary>Writes what the calls bring until the last has ended.</summary>
    public void Finish()
    {
        while (_running > 0)
        {
            dispatcher.DoNext(stop, progress);
        }
    }

    /// <summary>From any thread: has something written on the pipeline's thread. Waits when the pipeline is far behind.</summary>
    public async Task WriteAsync(Action write)
    {
        await _room.WaitAsync(stop).ConfigureAwait(false);
        dispatcher.Post(() =>
        {
            _room.Release();
            write();
        });
    }

    private async Task RunAsync(Func<Task> call, Action<Exception?> ended)
    {
        Exception? failure = null;
        try
        {
            await dispatcher.Start(call).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        dispatcher.Post(() =>
        {
            _running--;
            ended(failure);
        });
    }
}
