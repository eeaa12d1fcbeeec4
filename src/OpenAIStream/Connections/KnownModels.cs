namespace OpenAIStream;

/// <summary>
/// What is known about the models of a connection's service: the last list. Somebody who waits at the prompt gets the names
/// at once, or they are fetched in the background; requests do not wait for them.
/// </summary>
internal sealed class KnownModels(OpenAIClient client)
{
    private const int DaysOfNotice = 60;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LifetimeOfFailure = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly object _gate = new();
    private readonly HashSet<string> _announced = new(StringComparer.Ordinal);
    private ModelInfo[] _models = [];
    private DateTime _freshUntil;
    private Task _request = Task.CompletedTask;

    /// <summary>Takes note of a list that was requested otherwise.</summary>
    public void Know(IEnumerable<ModelInfo> models)
    {
        lock (_gate)
        {
            _models = [.. models];
            _freshUntil = DateTime.UtcNow + Lifetime;
        }
    }

    /// <summary>The known names, after a short wait for newer ones. It never fails.</summary>
    public string[] GetNames()
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
            return [.. _models.Select(static model => model.Id).OfType<string>()];
        }
    }

    /// <summary>
    /// A warning that the service shuts a model down soon, or has done so. Null if the date is unknown or far away, and
    /// after the first time.
    /// </summary>
    public string? AnnounceShutdown(string name)
    {
        DateTime day;
        int days;
        lock (_gate)
        {
            if (Array.Find(_models, model => model.Id == name)?.ShutdownDate is not DateTime date)
            {
                return null;
            }

            day = date;
            days = (day - DateTime.UtcNow.Date).Days;
            if (days > DaysOfNotice || !_announced.Add(name))
            {
                return null;
            }
        }

        string when = days switch
        {
            0 => " (today)",
            1 => " (tomorrow)",
            > 1 => $" (in {days} days)",
            _ => "",
        };
        return FormattableString.Invariant($"The service {(days < 0 ? "shut" : "shuts")} down model '{name}' on {day:yyyy-MM-dd}{when}. Get-OpenAIModel lists the available models.");
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
