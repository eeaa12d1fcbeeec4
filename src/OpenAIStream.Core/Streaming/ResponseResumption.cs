namespace OpenAIStream;

/// <summary>Goes on with the stream of a background response that broke: the service kept it, and numbers its events.</summary>
internal sealed class ResponseResumption(
    OpenAIClient client, ResponseDecoder<ResponseEvent> decoder, RequestOptions? options, CancellationToken cancellationToken)
{
    private readonly RetryPolicy _policy = new(client.Options.TimeProvider, client.Options.Jitter);
    private long? _brokeAfter;
    private int _inVain;

    /// <summary>The response from the next event on; null when it has no id yet, or broke too often without an event.</summary>
    public async Task<OpenResponse?> ReopenAsync(ApiConnectionException broken, Call call)
    {
        var (id, number) = decoder.Position;
        _inVain = number == _brokeAfter ? _inVain + 1 : 0;
        _brokeAfter = number;
        if (id is null || broken is ApiTimeoutException { Timeout: TimeoutKind.Total } || _inVain > client.Options.MaximumRetryCount)
        {
            return null;
        }

        options?.OnEvent?.Invoke(new StreamResuming(id, number, broken));
        if (_inVain > 0)
        {
            await client.Options.TimeProvider.Delay(_policy.Delay(null, _inVain - 1), cancellationToken).ConfigureAwait(false);
        }

        decoder.KnownUpTo = number;
        return await client.OpenAsync(ResponsesEndpoint.ResumeRequest(id, number, options), cancellationToken, call).ConfigureAwait(false);
    }
}
