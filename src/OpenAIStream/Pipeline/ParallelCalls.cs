using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>
/// Several calls at once: each runs on its own threads, and their output is written on the pipeline's thread. The output of
/// one call stays in order.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A call can end after the cmdlet that started it, and still write.")]
internal sealed class ParallelCalls(PipelineDispatcher dispatcher, int limit, CancellationToken stop, WaitProgress? progress = null)
{
    // How far the calls can run ahead of a slow pipeline before they wait; then the servers wait too.
    private const int MostWaiting = 256;

    private readonly SemaphoreSlim _room = new(MostWaiting);
    private int _running;

    /// <summary>Starts a call once there is room for it, and writes the output of the others in the meantime.</summary>
    /// <param name="call">The call.</param>
    /// <param name="ended">Called on the pipeline's thread, after all output of the call is written, with its exception or null.</param>
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

    /// <summary>Writes the output of the calls until the last one has ended.</summary>
    public void Finish()
    {
        while (_running > 0)
        {
            dispatcher.DoNext(stop, progress);
        }
    }

    /// <summary>From any thread: queues something to be written on the pipeline's thread. Waits if the pipeline is far behind.</summary>
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
