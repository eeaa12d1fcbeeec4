namespace OpenAIStream;

/// <summary>
/// The running background responses of one cmdlet. They continue if their streams are closed; Ctrl+C cancels them at the
/// service, so that they cost nothing more. That happens in the background, in a few seconds at most, so the prompt is
/// back at once.
/// </summary>
/// <param name="use">Begins a use of the connection for a request that outlives the cmdlet.</param>
/// <param name="newOptions">Creates the options for that request.</param>
internal sealed class BackgroundResponses(Func<ConnectionUse> use, Func<RequestOptions> newOptions)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly HashSet<string> _running = new(StringComparer.Ordinal);
    private bool _isStopped;

    /// <summary>
    /// Records from an event that its response is running, or that it has ended. A response that is first seen after the stop
    /// is canceled too. A whole response is delivered: it continues, also after a stop.
    /// </summary>
    public void Note(ModelOutput progress)
    {
        switch (progress)
        {
            case ResponseLifecycleEvent { Response: Response response }:
                NoteState(response);
                break;
            case Response { Id: string id }:
                lock (_gate)
                {
                    _running.Remove(id);
                }

                break;
        }
    }

    private void NoteState(Response response)
    {
        if (response is not { Id: string id, Status: var status })
        {
            return;
        }

        bool isLate;
        lock (_gate)
        {
            bool isRunning = status is "queued" or "in_progress";
            isLate = isRunning && _running.Add(id) && _isStopped;
            if (!isRunning)
            {
                _running.Remove(id);
            }
        }

        if (isLate)
        {
            LastRequests.Add(CancelAsync(() => Task.FromResult<string?>(id)));
        }
    }

    /// <summary>Called on another thread at Ctrl+C, before the calls are canceled.</summary>
    public void Stop()
    {
        string[] running;
        lock (_gate)
        {
            _isStopped = true;
            running = [.. _running];
        }

        foreach (string id in running)
        {
            LastRequests.Add(CancelAsync(() => Task.FromResult<string?>(id)));
        }
    }

    /// <summary>Creates a response, which the stop cancels as long as it was not delivered.</summary>
    /// <param name="create">Creates it.</param>
    /// <param name="stop">The stop.</param>
    public async Task<Response> CreateAsync(Func<CancellationToken, Task<Response>> create, CancellationToken stop)
    {
        var response = await StartAsync(create, static (created, _) => Task.FromResult(created.Id), stop).ConfigureAwait(false);
        NoteState(response);
        return response;
    }

    /// <summary>
    /// Opens a stream and reads to the first event that is not a keepalive. It contains the response's id; no header does.
    /// </summary>
    /// <inheritdoc cref="StartAsync{T}" path="/param"/>
    public async Task<SseStream<ResponseEvent>> OpenAsync(Func<CancellationToken, Task<SseStream<ResponseEvent>>> start, CancellationToken stop)
    {
        var opened = await StartAsync(BeginAsync, FindAsync, stop).ConfigureAwait(false);
        if (await opened.PeekAsync(HasBegun).ConfigureAwait(false) is ResponseEvent first)
        {
            Note(first);
        }

        return opened;

        async Task<SseStream<ResponseEvent>> BeginAsync(CancellationToken token)
        {
            var stream = await start(token).ConfigureAwait(false);
            try
            {
                await stream.PeekAsync(HasBegun).ConfigureAwait(false);
                return stream;
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        }
    }

    /// <summary>
    /// Starts a response whose id is known only when it arrives. A stop in the meantime does not cancel the request at once:
    /// the response would continue at the service, and nobody would know its id.
    /// </summary>
    /// <param name="start">Starts the request.</param>
    /// <param name="find">Finds the id in the response, and releases the response.</param>
    /// <param name="stop">The stop.</param>
    public async Task<T> StartAsync<T>(Func<CancellationToken, Task<T>> start, Func<T, CancellationToken, Task<string?>> find, CancellationToken stop)
    {
        var own = new CancellationTokenSource();
        var stopped = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (stop.Register(() => stopped.TrySetResult(true)))
        {
            var started = start(own.Token);
            if (await Task.WhenAny(started, stopped.Task).ConfigureAwait(false) == started)
            {
                stop.Register(own.Cancel); // the stop also ends what was opened
                return await started.ConfigureAwait(false);
            }

            LastRequests.Add(CancelAsync(() => FindAsync(started, find, own)));
            throw new OperationCanceledException(stop);
        }
    }

    private async Task<string?> FindAsync<T>(Task<T> started, Func<T, CancellationToken, Task<string?>> find, CancellationTokenSource own)
    {
        bool isStopped;
        lock (_gate)
        {
            isStopped = _isStopped;
        }

        own.CancelAfter(isStopped ? Longest : TimeSpan.Zero);
        string? id = await find(await started.ConfigureAwait(false), own.Token).ConfigureAwait(false);
        return isStopped ? id : null; // the cmdlet ended without Ctrl+C: the response is left running
    }

    /// <summary>Finds the id of a stream's response in its first events, and closes the stream.</summary>
    private static async Task<string?> FindAsync(SseStream<ResponseEvent> stream, CancellationToken stop)
    {
        using (stream)
        {
            while (await stream.MoveNextAsync().ConfigureAwait(false))
            {
                if (stream.Current is ResponseLifecycleEvent { Response.Id: string id })
                {
                    return id;
                }
            }

            return null;
        }
    }

    private static bool HasBegun(ResponseEvent first) => first.Type is not ("keepalive" or "ping");

    private async Task CancelAsync(Func<Task<string?>> find)
    {
        using var used = use();
        try
        {
            if (await find().ConfigureAwait(false) is string id)
            {
                var options = newOptions();
                options.OnEvent = null; // nobody listens any longer
                options.TotalTimeout = Longest;
                await used.Connection.Client.Responses.CancelAsync(id, options).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is ApiException or OperationCanceledException or ObjectDisposedException)
        {
            // Nobody is left to be notified.
        }
    }
}
