using System.Net;
using System.Net.WebSockets;

namespace OpenAIStream;

/// <summary>
/// Sits between a client and its network, and sends requests for responses over sockets that it keeps open. The answer is
/// the event stream that HTTP would have returned; an error becomes an HTTP status. All other requests use HTTP.
/// </summary>
internal sealed class SocketHandler : DelegatingHandler
{
    private const int MostTries = 4; // for a request that the server has not accepted

    private static readonly HashSet<string> OfHttp = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "Connection", "Upgrade", "Host", "Transfer-Encoding", "Expect",
        "Sec-WebSocket-Accept", "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol",
    };

    private readonly OpenAIClientOptions _options;
    private readonly SocketPool _sockets;
    private readonly string _path;
    private volatile bool _isHttpOnly; // for Auto, if sockets cannot be used

    private SocketHandler(HttpMessageHandler network, OpenAIClientOptions options) : base(network)
    {
        _options = options;
        _sockets = new SocketPool(options.TimeProvider);
        _path = options.BaseAddress.AbsolutePath.TrimEnd('/') + "/responses";
        _isHttpOnly = options.Transport == TransportKind.Auto && (options.HttpVersion is { Major: > 1 } || options.Azure is { HasDeployments: true });
    }

    /// <summary>Creates the handler between a client and its network; null if only HTTP is used.</summary>
    public static Func<HttpMessageHandler, HttpMessageHandler>? Over(OpenAIClientOptions options) =>
        options.Transport == TransportKind.Http ? null : network => new SocketHandler(network, options);

    private bool IsAuto => _options.Transport == TransportKind.Auto;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (await ReadAsync(request).ConfigureAwait(false) is not SocketRequest asked || asked.IsBackground)
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        if (!_isHttpOnly)
        {
            var content = request.Content as SentContent;
            content?.Connected?.Invoke(); // opening a socket has its own limit
            if (await TryAsync(request, asked, cancellationToken).ConfigureAwait(false) is HttpResponseMessage answer)
            {
                return answer;
            }

            content?.Connecting?.Invoke();
        }

        return asked.IsWarmUp ? throw new ApiConnectionException($"{ConnectionErrors.Place(request.RequestUri!)} does not support WebSockets, and a conversation can be warmed up only over a WebSocket.")
            : await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _sockets.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<SocketRequest?> ReadAsync(HttpRequestMessage request) =>
        request.Method == HttpMethod.Post && request.Content is not null && request.RequestUri!.AbsolutePath == _path
            && Origin.IsSame(request.RequestUri, _options.BaseAddress)
            ? SocketRequest.Read(await SentContent.ReadAsync(request.Content).ConfigureAwait(false))
            : null;

    /// <summary>Sends the request over a socket; null if HTTP should be used instead.</summary>
    private async Task<HttpResponseMessage?> TryAsync(HttpRequestMessage request, SocketRequest asked, CancellationToken stop)
    {
        var call = Call.Of(request);
        string key = KeyOf(request);
        for (int tries = 1; ; tries++)
        {
            if (call is not null)
            {
                call.MayHaveBeenSent = false; // the server that received it has refused it
            }

            SocketLane lane;
            var frame = asked;
            try
            {
                (lane, frame) = await TakeAsync(request, key, asked, call, stop).ConfigureAwait(false);
            }
            catch (SocketRefusedException refused)
            {
                return Refused(request.RequestUri!, refused.Response);
            }
            catch (Exception exception) when (IsAuto && !stop.IsCancellationRequested && exception is HttpRequestException or IOException or WebSocketException or OperationCanceledException)
            {
                return null; // nothing was sent yet; HTTP will show what is wrong, if anything
            }

            try
            {
                if (await AskAsync(lane, frame, request, call, isLastTry: tries == MostTries, stop).ConfigureAwait(false) is HttpResponseMessage response)
                {
                    return response;
                }
            }
            catch (IOException) when (IsAuto && call is { MayHaveBeenSent: false } && !stop.IsCancellationRequested)
            {
                return null; // nothing was sent here either
            }
        }
    }

    /// <summary>Takes a lane, and selects what to send on it: only the new input, if the lane knows the rest.</summary>
    private async Task<(SocketLane Lane, SocketRequest Frame)> TakeAsync(HttpRequestMessage request, string key, SocketRequest asked, Call? call, CancellationToken stop)
    {
        if (call?.Continuation is { Delta: not null } continuation && _sockets.TakeKnown(key, continuation.ParentId) is SocketLane known)
        {
            return (known, SocketRequest.Read(continuation.Delta()) ?? asked);
        }

        var lane = await _sockets.TakeAsync(key, asked.ParentId, opened => OpenAsync(request, key, call, opened, stop), stop).ConfigureAwait(false);
        return (lane, asked);
    }

    /// <summary>Sends the request on a lane. Null if the server has not accepted the request, so that it can be sent again.</summary>
    private async Task<HttpResponseMessage?> AskAsync(SocketLane lane, SocketRequest asked, HttpRequestMessage request, Call? call, bool isLastTry, CancellationToken stop)
    {
        SocketExchange? exchange = null;
        try
        {
            exchange = await lane.Socket.SendAsync(lane, asked.ToFrame(lane.Name), call, stop).ConfigureAwait(false);
            if (exchange is null)
            {
                // An old socket may have been closed for its age. Another new one would be closed like this one.
                return !lane.IsFirstUse && !isLastTry ? null : throw lane.Socket.CloseFault ?? new IOException("The server closed the socket before a request could be sent.");
            }

            await exchange.BeginAsync(stop).ConfigureAwait(false);
            return exchange.Refusal is byte[] frame ? Refused(lane, frame, exchange, request, isLastTry) : Answer(lane, exchange, request);
        }
        catch
        {
            exchange?.Dispose();
            throw;
        }
        finally
        {
            if (lane.Name is not null)
            {
                _sockets.Learn(exchange?.KnowsLanes); // if that is still unknown, the next request finds out
            }
        }
    }

    private static HttpResponseMessage Answer(SocketLane lane, SocketExchange exchange, HttpRequestMessage request)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, ReasonPhrase = "OK (WebSocket)", Content = new StreamContent(new SocketBody(exchange)) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", "text/event-stream");
        AddHeaders(response, lane.Socket);
        if (exchange.Call is Call call)
        {
            call.SendMore = exchange.SteerAsync;
        }

        return response;
    }

    /// <summary>The response for an error; null if another socket, or one without lanes, should be used.</summary>
    private HttpResponseMessage? Refused(SocketLane lane, byte[] frame, SocketExchange exchange, HttpRequestMessage request, bool isLastTry)
    {
        var error = SocketErrors.Read(frame);
        if (error is not null && !isLastTry)
        {
            bool isOfLanes = lane.Name is not null && SocketErrors.IsOfLanes(error);
            if (isOfLanes || SocketErrors.IsOfSocket(error))
            {
                _sockets.Learn(isOfLanes ? false : null);
                lane.Socket.Retire();
                return null;
            }
        }

        var response = error is null ? null : SocketErrors.ToResponse(error, frame);
        if (response is null)
        {
            lock (lane.Socket.Gate)
            {
                exchange.AddEvent(frame);
            }

            return Answer(lane, exchange, request);
        }

        response.RequestMessage = request;
        AddHeaders(response, lane.Socket);
        return response;
    }

    /// <summary>What to return if the server responded instead of opening a socket; null if HTTP should be used.</summary>
    private HttpResponseMessage? Refused(Uri address, HttpResponseMessage response)
    {
        int status = (int)response.StatusCode;
        if (status is 401 or 403 or 407 or 408 or 429 || (!IsAuto && status >= 500 && status != 501))
        {
            return response;
        }

        response.Dispose();
        if (!IsAuto)
        {
            throw new ApiConnectionException(
                $"{ConnectionErrors.Place(address)} did not open a WebSocket for {address.AbsolutePath}: it returned {status}. With the transport Auto or Http, requests use HTTP.");
        }

        _isHttpOnly = status is < 500 or 501;
        return null;
    }

    private async Task<ResponseSocket> OpenAsync(HttpRequestMessage request, string key, Call? call, long opened, CancellationToken stop)
    {
        using var upgrade = new HttpRequestMessage(HttpMethod.Get, AddressOf(request.RequestUri!));
        call?.Attach(upgrade);
        foreach (var header in HeadersOf(request))
        {
            upgrade.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        // Some proxies accept the request for a socket, and never answer it.
        using var limit = _options.TimeProvider.CreateCancellationTokenSource(_options.ConnectionTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            var (socket, refusal) = await SocketUpgrade.OpenAsync(
                upgrade, base.SendAsync, _options.EffectiveProxy, _options.SkipCertificateCheck, _options.TimeProvider, either.Token).ConfigureAwait(false);
            return socket is not null ? new ResponseSocket(socket, key, _options.MaxEventBytes, opened) : throw new SocketRefusedException(refusal!);
        }
        catch (Exception exception) when (limit.IsCancellationRequested && !stop.IsCancellationRequested && exception is not SocketRefusedException)
        {
            throw new OperationCanceledException("The server did not open the socket in time.", new TimeoutException(null, exception));
        }
    }

    /// <summary>The address of the socket. On Azure it has no API version.</summary>
    private Uri AddressOf(Uri address)
    {
        var socket = new UriBuilder(address) { Scheme = address.Scheme == "https" ? "wss" : "ws", Port = address.Port };
        if (_options.Azure is not null)
        {
            socket.Query = string.Join("&", socket.Query.TrimStart('?').Split('&').Where(static pair => !pair.StartsWith("api-version=", StringComparison.Ordinal)));
        }

        return socket.Uri;
    }

    /// <summary>The headers with which a socket is opened. Azure accepts a key there in the form of a token.</summary>
    private IEnumerable<KeyValuePair<string, string>> HeadersOf(HttpRequestMessage request) =>
        from header in request.Headers
        where !OfHttp.Contains(header.Key)
        let value = string.Join(", ", header.Value)
        select _options.Azure is not null && header.Key.Equals("api-key", StringComparison.OrdinalIgnoreCase)
            ? new KeyValuePair<string, string>("Authorization", $"Bearer {value}")
            : new KeyValuePair<string, string>(header.Key, value);

    /// <summary>The identity of a socket: its address and headers. A request with another key or header uses another socket.</summary>
    private string KeyOf(HttpRequestMessage request) =>
        string.Join("\n", HeadersOf(request).OrderBy(static header => header.Key, StringComparer.Ordinal).Select(static header => $"{header.Key}: {header.Value}").Prepend(request.RequestUri!.AbsoluteUri));

    private static void AddHeaders(HttpResponseMessage response, ResponseSocket socket)
    {
        foreach (var header in socket.Headers.Where(header => !OfHttp.Contains(header.Key) && !response.Headers.Contains(header.Key)))
        {
            response.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
    }

    /// <summary>The server returned a response instead of opening a socket.</summary>
    private sealed class SocketRefusedException(HttpResponseMessage response) : Exception
    {
        public HttpResponseMessage Response => response;
    }
}
