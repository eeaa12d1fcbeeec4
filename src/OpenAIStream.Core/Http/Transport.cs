namespace OpenAIStream;

/// <summary>Sends a request until it has response headers that are no error: attempts, waits, redirects, error statuses.</summary>
internal sealed class Transport : IDisposable
{
    private const int MostRedirects = 10;
    private const int MostErrorBytes = 1024 * 1024;

    private readonly OpenAIClientOptions _options;
    private readonly RequestBuilder _builder;
    private readonly RetryPolicy _retry;
    private readonly HttpClient _http;

    public Transport(OpenAIClientOptions options)
    {
        _options = options;
        _builder = new RequestBuilder(options);
        _retry = new RetryPolicy(options.TimeProvider, options.Jitter);
        _http = new HttpClient(HttpHandler.Create(options)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The response of the first attempt that succeeds; its body is not read yet.</summary>
    /// <exception cref="ApiException">No attempt succeeded; this is what the last one ended with.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<HttpResponseMessage> SendAsync(ApiRequest request, Call call)
    {
        for (int retries = 0; ; retries++)
        {
            Failure failure;
            try
            {
                var response = await AttemptAsync(request, call, retries + 1).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    return response;
                }

                failure = await ReadFailureAsync(response, call, retries).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not ApiException)
            {
                failure = new Failure(ConnectionErrors.Explain(exception, call), true, _retry.Delay(null, retries));
            }

            bool again = failure.MayPass && retries < _options.MaximumRetryCount && !(failure.Delay > call.TimeLeft);
            if (!again || failure.Error is not ApiException reason)
            {
                throw failure.Error;
            }

            request.Options?.OnEvent?.Invoke(new RetryWaiting(retries + 2, failure.Delay, reason));
            await WaitAsync(failure.Delay, call).ConfigureAwait(false);
        }
    }

    private async Task<HttpResponseMessage> AttemptAsync(ApiRequest request, Call call, int attempt)
    {
        var address = _builder.Address(request);
        var method = request.Method;
        for (int redirects = 0; ; redirects++)
        {
            using var message = await _builder.BuildAsync(request, address, method, call.Token).ConfigureAwait(false);
            request.Options?.OnEvent?.Invoke(new RequestSending(method.Method, address, attempt, request.Body?.Length ?? 0));
            var sent = call.Elapsed;
            call.BeginWait();
            var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, call.Token).ConfigureAwait(false);
            call.EndWait();
            request.Options?.OnEvent?.Invoke(new ResponseReceived((int)response.StatusCode, ResponseHeaders.RequestId(response), call.Elapsed - sent));
            if (Redirects.Target(response, address) is not Uri target)
            {
                return response;
            }

            response.Dispose();
            if (redirects == MostRedirects)
            {
                throw new ApiConnectionException($"The server redirected {MostRedirects} times, last to {target.Host}.");
            }

            method = Redirects.Method(response.StatusCode, method);
            address = target;
        }
    }

    private async Task<Failure> ReadFailureAsync(HttpResponseMessage response, Call call, int retries)
    {
        using (response)
        {
            int status = (int)response.StatusCode;
            string body;
            try
            {
                body = await ResponseBody.ReadTextAsync(response, MostErrorBytes, call).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException or InvalidDataException)
            {
                body = ""; // the status says more than a body that broke
            }

            if (_options.Credential is ApiCredential credential)
            {
                body = body.Replace(await credential.GetAsync(call.Token).ConfigureAwait(false), "***");
            }

            var error = ApiError.Parse(body).ToStatusException(status);
            error.RequestId = ResponseHeaders.RequestId(response);
            error.RetryAfter = _retry.AskedWait(response.Headers);
            return new Failure(error, _retry.ShouldRetry(status, response.Headers), _retry.Delay(response.Headers, retries));
        }
    }

    private async Task WaitAsync(TimeSpan delay, Call call)
    {
        try
        {
            await _options.TimeProvider.Delay(delay, call.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            throw call.WhyStopped(exception) ?? exception;
        }
    }

    /// <summary>How an attempt failed, whether that may pass, and how long to wait if it may.</summary>
    private sealed record Failure(Exception Error, bool MayPass, TimeSpan Delay);
}
