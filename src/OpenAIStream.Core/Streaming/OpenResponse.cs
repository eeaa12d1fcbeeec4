namespace OpenAIStream;

/// <summary>
/// An open response, and its only owner: it waits for bytes, decides how the response ended, reopens it if it broke and that
/// is possible, and closes it.
/// </summary>
internal sealed class OpenResponse : IDisposable
{
    // Some servers keep the connection open after the last event; others send more. Real time, whatever the clock.
    private static readonly TimeSpan LastEventGrace = TimeSpan.FromMilliseconds(250);

    // If the end of the body arrives within this time after the last event, as it nearly always does, the next request
    // finds the connection ready. After that, the caller continues, and the rest is read in the background. Real time,
    // whatever the clock.
    private static readonly TimeSpan DrainGrace = TimeSpan.FromMilliseconds(50);

    private readonly Call _call;
    private readonly long? _maxEventBytes;
    private readonly Func<ApiConnectionException, Task<HttpResponseMessage?>>? _reopen;
    private OpenBody _body;
    private BodyEvents _events;
    private Task? _draining;
    private bool _isFaulty; // whether the end was regular, but the answer is not complete
    private int _end;       // a StreamEnd; Dispose can be called from any thread, so it changes atomically

    private OpenResponse(
        OpenBody body, Call call, long? maxEventBytes, Func<ApiConnectionException, Task<HttpResponseMessage?>>? reopen, byte[]? media = null)
    {
        _body = body;
        _call = call;
        _maxEventBytes = maxEventBytes;
        _reopen = reopen;
        _events = new BodyEvents(body, maxEventBytes, call.Secrets, media);
        call.Release(); // until somebody reads
    }

    /// <summary>How the response ended; <see cref="StreamEnd.Open"/> as long as it has not.</summary>
    public StreamEnd End => (StreamEnd)Volatile.Read(ref _end);

    /// <summary>Whether it has ended with a complete answer.</summary>
    public bool IsComplete => !_isFaulty && End is StreamEnd.Done or StreamEnd.Finished or StreamEnd.Silence or StreamEnd.WholeAnswer;

    public int StatusCode => _body.StatusCode;

    public string? RequestId => _body.RequestId;

    public IReadOnlyDictionary<string, string> Headers => _body.Headers;

    public Secrets Secrets => _call.Secrets;

    public CallTelemetry? Telemetry => _call.Telemetry;

    /// <inheritdoc cref="Call.IsSentOnce"/>
    public bool IsSentOnce => _call.IsSentOnce;

    /// <summary>What is wrong with a regular end of the response after what was read of it; null if nothing is.</summary>
    public Func<ApiException?>? FaultOfEnd { get; set; }

    /// <summary>Completes when a response that ended regularly has released its connection, to the pool or by closing it.</summary>
    public Task Drained => _draining ?? Task.CompletedTask;

    /// <summary>Takes a response as an event stream. The message is disposed if that fails.</summary>
    /// <param name="message">The response.</param>
    /// <param name="call">Its call, which ends with it.</param>
    /// <param name="maxEventBytes">The maximum size of one event in bytes.</param>
    /// <param name="reopen">Requests a response that continues where this one broke; null if that is not possible.</param>
    /// <param name="takesMedia">Whether audio instead of events is an answer too.</param>
    /// <exception cref="ApiException">The response is not an event stream, or it broke.</exception>
    public static async Task<OpenResponse> OpenAsync(
        HttpResponseMessage message, Call call, long? maxEventBytes = null, Func<ApiConnectionException, Task<HttpResponseMessage?>>? reopen = null, bool takesMedia = false)
    {
        var body = await OpenBody.OpenAsync(message, call).ConfigureAwait(false);
        try
        {
            if (takesMedia && await BodyKind.IsAudioAsync(body).ConfigureAwait(false))
            {
                byte[] media = await body.ReadAllAsync(OpenBody.Nothing).ConfigureAwait(false);
                return new OpenResponse(body, call, maxEventBytes, reopen, media);
            }

            await BodyKind.CheckEventsAsync(body, call.Secrets).ConfigureAwait(false);
            return new OpenResponse(body, call, maxEventBytes, reopen);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Takes a body that is known to contain events.</summary>
    public static OpenResponse Of(OpenBody body, Call call, long? maxEventBytes) => new(body, call, maxEventBytes, null);

    /// <inheritdoc cref="Call.SendMore"/>
    public Func<byte[], Action, CancellationToken, Task>? SendMore => _call.SendMore;

    /// <summary>Also ends the call when this token is canceled.</summary>
    public void StopWith(CancellationToken token) => _call.StopWith(token);

    /// <summary>A cancellation takes precedence over what has been received, including the sentinel.</summary>
    /// <exception cref="ObjectDisposedException">The response was disposed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public void ThrowIfStopped()
    {
        switch (End)
        {
            case StreamEnd.Open when _call.WhyStopped(null) is Exception stopped:
                throw stopped;
            case StreamEnd.Disposed:
                throw new ObjectDisposedException("SseStream");
            default:
                break;
        }
    }

    /// <summary>The next event among the received bytes. False if there is none: more bytes are needed, or the response has ended.</summary>
    public bool TryRead(out SseFrame frame)
    {
        frame = default;
        return End == StreamEnd.Open && _events.TryRead(out frame);
    }

    /// <summary>Waits for more: for bytes, for the end, or for a response that continues where this one broke.</summary>
    /// <param name="standing">The state of the stream after its last event.</param>
    /// <param name="textLength">The number of characters of text that have arrived, for the error.</param>
    /// <exception cref="ApiException">The connection broke, the answer was cut off, or it is not an event stream.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public async Task ReceiveAsync(StreamStanding standing, int textLength)
    {
        _call.Hold();
        try
        {
            if (_events.End == StreamEnd.Open)
            {
                var space = _events.FreeSpace();
                int? count = standing == StreamStanding.Over
                    ? await _body.ReadWithinAsync(space, LastEventGrace).ConfigureAwait(false)
                    : await _body.ReadAsync(space).ConfigureAwait(false);
                await _events.ReceivedAsync(space, count).ConfigureAwait(false);
            }

            if (_events.End != StreamEnd.Open)
            {
                Finish(standing, textLength);
            }
        }
        catch (ApiConnectionException broken) when (_reopen is not null)
        {
            if (End != StreamEnd.Open || !await TryReopenAsync(broken).ConfigureAwait(false))
            {
                throw;
            }
        }
        finally
        {
            _call.Release();
        }
    }

    /// <summary>After a whole answer: gives the connection a moment to become ready for the next request.</summary>
    public Task SettleAsync() => Grace.AtMostAsync(Drained, DrainGrace);

    /// <summary>Ends the response because of an exception. Returns the exception to throw.</summary>
    public Exception Fail(Exception exception)
    {
        exception = ConnectionErrors.OfMemory(exception) ?? exception;
        TryEnd(exception.ToStreamEnd(), exception);
        if (End == StreamEnd.Disposed)
        {
            return exception as ObjectDisposedException ?? new ObjectDisposedException("The stream was disposed while it was being read.", exception);
        }

        if (exception is ApiException error)
        {
            error.RequestId ??= RequestId;
        }

        return exception;
    }

    /// <summary>Closes the connection, even while another thread waits. Does nothing after the response has ended.</summary>
    public void Dispose() => TryEnd(StreamEnd.Disposed);

    /// <summary>
    /// Decides whether the answer is complete where its events ended: with the sentinel, the body, a whole answer, or silence
    /// after the last event. If it is not, and the response can be reopened, it has not ended: that is a cut like any other.
    /// </summary>
    /// <exception cref="ApiException">The answer is cut off, or lacks what was requested.</exception>
    private void Finish(StreamStanding standing, int textLength)
    {
        if (_events.End == StreamEnd.EndOfBody && standing == StreamStanding.Unfinished)
        {
            throw new StreamEndedEarlyException(_events.DescribeCut(textLength), StreamEnd.EndOfBody);
        }

        var fault = FaultOfEnd?.Invoke();
        if (fault is ApiConnectionException && _reopen is not null)
        {
            throw fault;
        }

        _isFaulty = fault is not null;
        if (TryEnd(_events.End == StreamEnd.EndOfBody ? StreamEnd.Finished : _events.End) && End != StreamEnd.Silence)
        {
            _events.Release(); // after silence, a read still waits and uses it
        }

        if (fault is not null)
        {
            throw fault;
        }
    }

    /// <summary>Continues with another response in the same call, whose tokens and Dispose stay in effect.</summary>
    private async Task<bool> TryReopenAsync(ApiConnectionException broken)
    {
        _body.Dispose();
        if (await _reopen!(broken).ConfigureAwait(false) is not HttpResponseMessage message)
        {
            return false;
        }

        _body = await OpenBody.OpenAsync(message, _call).ConfigureAwait(false);
        await BodyKind.CheckEventsAsync(_body, _call.Secrets).ConfigureAwait(false);
        _events = new BodyEvents(_body, _maxEventBytes, _call.Secrets, media: null);
        return true;
    }

    /// <summary>Leaves the open state, once. Only after a whole answer can the connection return to the pool; every other end closes it.</summary>
    private bool TryEnd(StreamEnd end, Exception? reason = null)
    {
        if (Interlocked.CompareExchange(ref _end, (int)end, (int)StreamEnd.Open) != (int)StreamEnd.Open)
        {
            return false;
        }

        _call.Telemetry?.End(end, reason);
        if (end is StreamEnd.Done or StreamEnd.Finished or StreamEnd.WholeAnswer)
        {
            _draining = DrainAsync();
        }
        else
        {
            Close();
        }

        return true;
    }

    private async Task DrainAsync()
    {
        await _body.DrainAsync().ConfigureAwait(false);
        Close();
    }

    private void Close()
    {
        _call.Dispose();
        _body.Dispose();
    }
}
