namespace OpenAIStream;

/// <summary>Sends a request until it has response headers without an error: handles attempts, delays, redirects, error statuses.</summary>
internal sealed class Transport : IDisposable
{
    internal const int MostRedirects = 10;
    internal const int MostErrorBytes = 1024 * 1024;
    internal static readonly TimeSpan LongestErrorRead = TimeSpan.FromSeconds(5);

    private readonly OpenAIClientOptions _options;
    private readonly RequestBuilder _builder;
    private readonly RetryPolicy _retry;
    private readonly bool _usesProxy; // if the network uses the options
    private readonly HttpMessageInvoker _http; // Startup: no HttpClient (docs/startup.md)

    /// <param name="options">The client's own copy.</param>
    /// <param name="over">What comes between the client and the network; null for nothing.</param>
    public Transport(OpenAIClientOptions options, Func<HttpMessageHandler, HttpMessageHandler>? over = null)
    {
        _options = options;
        _builder = new RequestBuilder(options);
        _retry = new RetryPolicy(options.TimeProvider, options.Jitter);
        _usesProxy = HandlerChain.EndsOpen(options.Handler);
        _http = new HttpMessageInvoker(HandlerChain.Complete(options, over));
    }

    public void Dispose() => _http.Dispose();

    /// <summary>What would be sent, and where.</summary>
    public RequestSending Describe(ApiRequest request) =>
        new(request.Method.Method, Secrets.Shown(_builder.Address(request)), 1, LengthOf(request));

    /// <summary>The response of the first successful attempt; its body has not been read.</summary>
    /// <exception cref="ApiException">No attempt succeeded; this is the error of the last one.</exception>
    /// <exception cref="OperationCanceledException">The caller canceled the call.</exception>
    public async Task<HttpResponseMessage> SendAsync(ApiRequest request, Call call)
    {
        int mostRetries = request.Options?.MaximumRetryCount ?? _options.MaximumRetryCount;
        for (int retries = 0; ; retries++)
        {
            var pass = request.Options?.Gate is RateGate gate ? await PassGateAsync(gate, request.Tokens, call).ConfigureAwait(false) : null;
            call.BeginAttempt();
            var attempt = await AttemptAsync(request, call, retries, pass).ConfigureAwait(false);
            if (attempt.Response is not null)
            {
                return attempt.Response;
            }

            var failure = attempt.Failure!;
            if (failure.Error is RateLimitException && !RetryPolicy.IsFinal(failure.Error))
            {
                request.Options?.Gate?.Hold(failure.Delay);
            }

            bool isRepeatable = failure.IsUntouched || (request.IsRepeatable && !failure.WasSentOnce);
            bool again = failure.MayPass && isRepeatable && retries < mostRetries && !(failure.Delay >= call.TimeLeft);
            if (!again)
            {
                failure.Error.MayHaveActed = !isRepeatable && (failure.MayPass || failure.Error is ApiTimeoutException);
                throw failure.Error;
            }

            call.MayHaveActed |= !failure.IsUntouched;
            call.Tell(new RetryWaiting(retries + 2, failure.Delay, failure.Error), request.Options);
            await call.DelayAsync(failure.Delay).ConfigureAwait(false);
        }
    }

    private static long? LengthOf(ApiRequest request) => request.Body is null ? 0 : request.Body.Length;

    private static async Task<RatePass> PassGateAsync(RateGate gate, int tokens, Call call)
    {
        try
        {
            return await gate.PassAsync(tokens, call.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (call.WhyStopped(exception) is Exception stopped)
        {
            throw stopped;
        }
    }

    /// <summary>Sends one request and follows its redirects: returns a response without an error, or how it failed.</summary>
    private async Task<Attempt> AttemptAsync(ApiRequest request, Call call, int retries, RatePass? pass)
    {
        var address = _builder.Address(request);
        var method = request.Method;
        string? key = await GetKeyAsync(call).ConfigureAwait(false);
        bool isOwn = true;
        for (int redirects = 0; ; redirects++)
        {
            HttpResponseMessage response;
            using (var message = _builder.Build(request, address, method, isOwn, key, call))
            {
                request.Options?.OnEvent?.Invoke(new RequestSending(method.Method, Secrets.Shown(address), retries + 1, LengthOf(request)));
                var sent = call.Elapsed;
                call.MayHaveBeenSent = false;
                call.BeginWait();
                try
                {
                    response = await _http.SendAsync(message, call.StartConnectionTimer, call.Token).ConfigureAwait(false);
                }
                catch (Exception exception) when (exception is not ApiException) // the errors of a recording are not errors of the network
                {
                    var reason = ConnectionErrors.Explain(exception, message, ProxyFor(address), call, _options);
                    bool isOnce = call.MayHaveBeenSent;
                    bool isUntouched = !isOnce && message.Content is SentContent { HasBegun: false };
                    return new Attempt(null, new Failure(reason as ApiException ?? throw reason, MayPass(reason), _retry.Delay(null, retries), isUntouched, isOnce));
                }
                finally
                {
                    call.EndWait();
                }

                TellReceived(response, call, request.Options, call.Elapsed - sent, pass);
            }

            if (response.IsSuccessStatusCode)
            {
                return new Attempt(response, null);
            }

            using (response)
            {
                if (Redirects.Target(response, address, call.Secrets) is not Uri target)
                {
                    return new Attempt(null, await ReadFailureAsync(response, address, call, retries).ConfigureAwait(false));
                }

                if (redirects == MostRedirects)
                {
                    throw new ApiConnectionException($"The server redirected {MostRedirects} times, last to {target.Host}.");
                }

                method = Redirects.Method(response.StatusCode, method);
                address = target;

                // Once a redirect has left our origin, the key is never sent again: another server chose the address.
                isOwn = isOwn && _builder.IsOwn(target);
            }
        }
    }

    private async Task<string?> GetKeyAsync(Call call)
    {
        if (_options.Credential is null)
        {
            return null;
        }

        try
        {
            return await _options.Credential.GetAsync(call.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (call.WhyStopped(exception) is Exception stopped)
        {
            throw stopped; // while a token provider was running
        }
    }

    private static void TellReceived(HttpResponseMessage response, Call call, RequestOptions? options, TimeSpan elapsed, RatePass? pass)
    {
        try
        {
            var limits = RateLimits.Of(response.Headers);
            pass?.Tell(limits, (int)response.StatusCode == 429);
            options?.OnEvent?.Invoke(new ResponseReceived((int)response.StatusCode, ResponseHeaders.RequestId(response, call.Secrets), elapsed) { RateLimits = limits });
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<Failure> ReadFailureAsync(HttpResponseMessage response, Uri address, Call call, int retries)
    {
        int status = (int)response.StatusCode;
        if (ProxyErrors.IsRefusal(status) && ProxyFor(address) is Uri proxy)
        {
            var refusal = ProxyErrors.Refusal(status, proxy, ConnectionErrors.Place(address), _options);
            return new Failure(refusal, MayPass(refusal), TimeSpan.Zero, true);
        }

        string body = await ReadErrorBodyAsync(response, call).ConfigureAwait(false);
        var error = ApiError.Parse(body).Without(call.Secrets).ToStatusException(status);
        error.RequestId = ResponseHeaders.RequestId(response, call.Secrets) ?? error.RequestId;
        error.RetryAfter = _retry.AskedWait(response.Headers) is TimeSpan asked && asked > TimeSpan.Zero ? asked : null;
        return new Failure(error, !RetryPolicy.IsFinal(error) && _retry.ShouldRetry(status, response.Headers), _retry.Delay(response.Headers, retries), _retry.IsUntouched(status, response.Headers));
    }

    /// <summary>The error body, as far as it can be read: the status says more than a body that is broken, endless or slow.</summary>
    private async Task<string> ReadErrorBodyAsync(HttpResponseMessage response, Call call)
    {
        using var limit = _options.TimeProvider.CreateCancellationTokenSource(LongestErrorRead);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, call.Token);
        using var read = new MemoryStream();
        try
        {
            await ResponseBody.CopyAsync(response, read, MostErrorBytes, call.Secrets, stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (call.WhyStopped(exception) is Exception stopped and not ApiTimeoutException)
            {
                throw stopped;
            }
        }

        return System.Text.Encoding.UTF8.GetString(read.ToArray());
    }

    private Uri? ProxyFor(Uri address) => _usesProxy ? _options.ProxyFor(address) : null;

    private static bool MayPass(Exception reason) => reason switch
    {
        ApiTimeoutException timeout => timeout.Timeout != TimeoutKind.Total,
        ApiCertificateException or ResponseTooLargeException => false,
        ApiProxyException refusal => refusal.MayPass,
        _ => true,
    };

    /// <summary>The result of an attempt: one or the other. Startup: a class, no tuple (docs/startup.md).</summary>
    private sealed record Attempt(HttpResponseMessage? Response, Failure? Failure);

    /// <summary>
    /// How an attempt failed, whether that may be transient, the delay if so, whether the service has certainly not acted on
    /// the request, and whether the request was sent over a transport that sends none twice.
    /// </summary>
    private sealed record Failure(ApiException Error, bool MayPass, TimeSpan Delay, bool IsUntouched, bool WasSentOnce = false);
}
