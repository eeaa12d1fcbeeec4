namespace OpenAIStream;

/// <summary>The names of a connection's models, for somebody who waits at the prompt: what is known now, fetched behind his back.</summary>
internal sealed class ModelNames(OpenAIClient client)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LifetimeOfFailure = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly object _gate = new();
    private string[] _names = [];
    private DateTime _freshUntil;
    private Task _request = Task.CompletedTask;

    /// <summary>Notes a list that was asked for otherwise.</summary>
    public void Know(IEnumerable<ModelInfo> models)
    {
        lock (_gate)
        {
            _names = [.. models.Select(static model => model.Id).OfType<string>()];
            _freshUntil = DateTime.UtcNow + Lifetime;
        }
    }

    /// <summary>The names known, after a moment's wait for newer ones. It never fails.</summary>
    public string[] Get()
    {
        Task request;
        lock (_gate)
        {
            if (_request.IsCompleted && DateTime.UtcNow >= _freshUntil)
            {
                _request = Task.Run(AskAsync);
            }

            request = _request;
        }

        request.Wait(Patience);
        lock (_gate)
        {
            return _names;
        }
    }

    private async Task AskAsync()
    {
        using var stop = new CancellationTokenSource(LongestRequest);
        try
        {
            Know(await client.Models.ListAsync(null, stop.Token).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is ApiException or OperationCanceledException or ObjectDisposedException)
        {
            lock (_gate)
            {
                _freshUntil = DateTime.UtcNow + LifetimeOfFailure;
            }
        }
    }
}
