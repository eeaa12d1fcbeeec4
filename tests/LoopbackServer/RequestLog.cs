namespace OpenAIStream.Loopback;

/// <summary>The requests in the order of their answers, and the waits for them.</summary>
internal sealed class RequestLog
{
    private readonly Lock _gate = new();
    private readonly List<RecordedRequest> _requests = [];
    private readonly Dictionary<int, TaskCompletionSource<RecordedRequest>> _arrivals = [];

    public IReadOnlyList<RecordedRequest> Snapshot()
    {
        lock (_gate)
        {
            return [.. _requests];
        }
    }

    /// <summary>Passes the next index to <paramref name="record"/> and keeps the result.</summary>
    public RecordedRequest Add(Func<int, RecordedRequest> record)
    {
        lock (_gate)
        {
            var request = record(_requests.Count);
            _requests.Add(request);
            Arrival(request.Index).SetResult(request);
            return request;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _requests.Clear();
            foreach (int index in _arrivals.Where(arrival => arrival.Value.Task.IsCompleted).Select(arrival => arrival.Key))
            {
                _arrivals.Remove(index);
            }
        }
    }

    public async Task<RecordedRequest> WaitForRequest(int index, TimeSpan timeout)
    {
        Task<RecordedRequest> arrival;
        lock (_gate)
        {
            arrival = Arrival(index).Task;
        }

        try
        {
            return await arrival.WaitAsync(timeout);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Request #{index} did not arrive within {timeout.TotalMilliseconds:0} ms. {Seen()}");
        }
    }

    public async Task<Moment> WaitForClientGone(int index, TimeSpan timeout)
    {
        var began = Moment.Now();
        var request = await WaitForRequest(index, timeout);
        var left = timeout - Moment.Now().Since(began);
        try
        {
            return await request.ClientGone.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The client of request #{index} did not go away within {timeout.TotalMilliseconds:0} ms. {Seen()}");
        }
    }

    private string Seen()
    {
        var requests = Snapshot();
        return requests.Count == 0 ? "No request was seen." : "Seen: " + string.Join("; ", requests) + ".";
    }

    private TaskCompletionSource<RecordedRequest> Arrival(int index)
    {
        if (!_arrivals.TryGetValue(index, out var arrival))
        {
            arrival = new TaskCompletionSource<RecordedRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
            _arrivals.Add(index, arrival);
        }

        return arrival;
    }
}
