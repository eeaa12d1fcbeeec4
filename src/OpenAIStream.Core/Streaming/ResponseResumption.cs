namespace OpenAIStream;

/// <summary>Goes on with the stream of a background response that broke: the service kept it, and numbers its events.</summary>
internal sealed class ResponseResumption(OpenAIClientOptions client, ResponseDecoder<ResponseEvent> decoder, RequestOptions? options)
{
    private readonly RetryPolicy _policy = new(client.TimeProvider, client.Jitter);
    private long? _brokeAfter;
    private int _inVain;

    /// <summary>Waits as long as a retry does, then says what to send for the events that are missing.</summary>
    /// <param name="broken">How the stream broke.</param>
    /// <param name="call">The call that goes on.</param>
    /// <returns>The request; null when the response has no id yet, or broke too often without an event.</returns>
    public async Task<ApiRequest?> NextAsync(ApiConnectionException broken, Call call)
    {
        var (id, number) = decoder.Position;
        _inVain = number == _brokeAfter ? _inVain + 1 : 0;
        _brokeAfter = number;
        if (id is null || broken is ApiTimeoutException { Timeout: TimeoutKind.Total } || _inVain > (options?.MaximumRetryCount ?? client.MaximumRetryCount))
        {
            return null;
        }

        call.Tell(new StreamResuming(id, number, broken), options);
        if (_inVain > 0)
        {
            await call.DelayAsync(_policy.Delay(null, _inVain - 1)).ConfigureAwait(false);
        }

        decoder.KnownUpTo = number;
        return Request(id, number, options);
    }

    /// <summary>The request for a response's events after one of them.</summary>
    public static ApiRequest Request(string id, long? startingAfter, RequestOptions? options)
    {
        string query = startingAfter is long number ? FormattableString.Invariant($"?stream=true&starting_after={number}") : "?stream=true";
        return new ApiRequest(HttpMethod.Get, $"responses/{Uri.EscapeDataString(id)}{query}", null, true, options);
    }
}
