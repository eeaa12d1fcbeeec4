using System.Net.Http.Headers;
using System.Text;

namespace OpenAIStream;

/// <summary>Resumes the stream of a background response that broke: the service stores it, and numbers its events.</summary>
internal sealed class ResponseResumption(OpenAIClientOptions client, ResponseDecoder<ResponseEvent> decoder, RequestOptions? options)
{
    private readonly RetryPolicy _policy = new(client.TimeProvider, client.Jitter);
    private long? _brokeAfter;
    private int _inVain;

    /// <summary>Waits as long as a retry does, then requests the missing events.</summary>
    /// <param name="broken">The error that broke the stream.</param>
    /// <param name="call">The call that continues.</param>
    /// <param name="send">Sends a request.</param>
    /// <returns>The response with them; null if the response has no id yet, or broke too often without an event.</returns>
    public async Task<HttpResponseMessage?> ReopenAsync(ApiConnectionException broken, Call call, Func<ApiRequest, Task<HttpResponseMessage>> send)
    {
        var (id, number) = decoder.Position;
        _inVain = number == _brokeAfter ? _inVain + 1 : 0;
        _brokeAfter = number;
        if (id is null || !PathSegment.CanBe(id) || broken is ApiTimeoutException { Timeout: TimeoutKind.Total } || _inVain > (options?.MaximumRetryCount ?? client.MaximumRetryCount))
        {
            return null;
        }

        call.Tell(new StreamResuming(id, number, broken), options);
        if (_inVain > 0)
        {
            await call.DelayAsync(_policy.Delay(null, _inVain - 1)).ConfigureAwait(false);
        }

        decoder.KnownUpTo = number;
        return await SendAsync(id, Request(id, number, options), call, send).ConfigureAwait(false);
    }

    /// <summary>Requests the events of a response. If they are too old to be streamed, waits until the response has ended.</summary>
    public async Task<HttpResponseMessage> SendAsync(string id, ApiRequest request, Call call, Func<ApiRequest, Task<HttpResponseMessage>> send)
    {
        try
        {
            return await send(request).ConfigureAwait(false);
        }
        catch (BadRequestException refused)
        {
            return await PollAsync(id, refused, call, send).ConfigureAwait(false);
        }
    }

    /// <summary>The request for the events of a response after one of them.</summary>
    public static ApiRequest Request(string id, long? startingAfter, RequestOptions? options)
    {
        string query = startingAfter is long number ? FormattableString.Invariant($"?stream=true&starting_after={number}") : "?stream=true";
        return new ApiRequest(HttpMethod.Get, ResponsePolling.PathOf(id) + query, null, true, options);
    }

    private async Task<HttpResponseMessage> PollAsync(string id, BadRequestException refused, Call call, Func<ApiRequest, Task<HttpResponseMessage>> send)
    {
        bool isKept = false;
        try
        {
            return await new ResponsePolling(client, options).WaitAsync<JsonMap, HttpResponseMessage>(id, call, SendAsync, LastEvent).ConfigureAwait(false);
        }
        catch (ApiStatusException) when (!isKept)
        {
            refused.ResponseId ??= id;
            throw refused.Rethrow(); // the refusal has another reason than the age of the stream
        }

        async Task<HttpResponseMessage> SendAsync(ApiRequest request)
        {
            var message = await send(request).ConfigureAwait(false);
            isKept = true;
            return message;
        }
    }

    /// <summary>The response as the last event of its stream.</summary>
    private static HttpResponseMessage LastEvent(JsonMap response, HttpResponseMessage from)
    {
        var last = new JsonMap { ["type"] = $"response.{response.Find("status") ?? "completed"}", ["response"] = response };
        var message = new HttpResponseMessage { Content = new ByteArrayContent(Encoding.UTF8.GetBytes($"data: {last.ToJson()}\n\n")) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
        foreach (var header in from.Headers)
        {
            message.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        return message;
    }
}
