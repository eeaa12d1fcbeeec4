namespace OpenAIStream;

/// <summary>Polls a stored response, or another object at the service, until it has ended.</summary>
internal sealed class ResponsePolling(OpenAIClientOptions client, RequestOptions? options)
{
    private const int QuickPolls = 3; // after 0.5, 1 and 2 s

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    // For responses, for batches, and for files that a service checks first.
    private static readonly string?[] Pending = ["queued", "in_progress", "validating", "finalizing", "cancelling", "pending", "running"];

    private readonly RetryPolicy _policy = new(client.TimeProvider, client.Jitter);

    /// <summary>Waits until a response has ended.</summary>
    /// <param name="id">The id of the response.</param>
    /// <param name="call">The call that waits.</param>
    /// <param name="send">Sends a request.</param>
    /// <param name="ended">Takes the response, and the message that contains it.</param>
    /// <param name="path">The path to poll; null polls the response.</param>
    /// <param name="seen">Receives each response that has not ended.</param>
    public async Task<TResult> WaitAsync<TResponse, TResult>(
        string id, Call call, Func<ApiRequest, Task<HttpResponseMessage>> send, Func<TResponse, HttpResponseMessage, TResult> ended,
        string? path = null, Action<TResponse>? seen = null)
        where TResponse : JsonModel, new()
    {
        path ??= PathOf(id);
        for (int polls = 0; ; polls++)
        {
            TimeSpan wait;
            string status;
            using (var message = await send(new ApiRequest(HttpMethod.Get, path, null, false, options)).ConfigureAwait(false))
            {
                var response = await WholeAnswer.ReadAsync<TResponse>(message, call, client.MaxEventBytes, null, mayFail: true).ConfigureAwait(false);
                if (!Pending.Contains(response.Find("status") as string))
                {
                    return ended(response, message);
                }

                seen?.Invoke(response);
                status = (string)response.Find("status")!;
                wait = _policy.AskedDelay(message.Headers) ?? Backoff(polls, call.Elapsed);
            }

            call.Tell(new ResponsePending(id, status, wait), options);
            await call.DelayAsync(wait).ConfigureAwait(false);
        }
    }

    /// <summary>The path of a stored response.</summary>
    public static string PathOf(string id)
    {
        Guard.NotNull(id, nameof(id));
        return $"responses/{PathSegment.Escape(id, "the id of a response")}";
    }

    /// <summary>A tenth of the elapsed time: after an hour, a second does not matter.</summary>
    private TimeSpan Backoff(int polls, TimeSpan elapsed)
    {
        var tenth = TimeSpan.FromTicks(elapsed.Ticks / 10);
        return polls < QuickPolls ? _policy.Delay(null, polls)
            : tenth < ShortestWait ? ShortestWait
            : tenth > LongestWait ? LongestWait
            : tenth;
    }
}
