namespace OpenAIStream;

/// <summary>
/// An open response, and its only owner: it waits for bytes, splits them into events, recognizes the kind of body, knows
/// how it ended, reopens it if it broke and that is possible, and closes it. Every end of a response is decided here.
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
    private SseParser _parser;
    private bool _isJudged;        // whether the first character has shown what kind of body it is
    private byte[]? _wholeAnswer;  // a whole answer instead of a stream, until it is returned
    private readonly bool _isMedia; // whether that is audio
    private OddBeginning? _odd;    // of a body that does not begin like an event
    private ApiConnectionException? _early; // set when a sentinel came too early, until the response is reopened
    private Task? _draining;
    private int _end;              // a StreamEnd; Dispose can be called from any thread, so it changes atomically

    private OpenResponse(
        OpenBody body, Call call, long? maxEventBytes, Func<ApiConnectionException, Task<HttpResponseMessage?>>? reopen, byte[]? media = null)
    {
        _body = body;
        _wholeAnswer = media;
        _isMedia = media is not null;
        _call = call;
        _maxEventBytes = maxEventBytes;
        _reopen = reopen;
        _parser = new SseParser(maxEventBytes, keepsStray: true);
        call.Release(); // until somebody reads
    }

    /// <summary>How the response ended; <see cref="StreamEnd.Open"/> as long as it has not.</summary>
    public StreamEnd End => (StreamEnd)Volatile.Read(ref _end);

    public int StatusCode => _body.StatusCode;

    public string? RequestId => _body.RequestId;

    public IReadOnlyDictionary<string, string> Headers => _body.Headers;

    public Secrets Secrets => _call.Secrets;

    public CallTelemetry? Telemetry => _call.Telemetry;

    /// <summary>What is wrong with an end of the response after what was read of it; null if nothing is.</summary>
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
        if (End != StreamEnd.Open || _early is not null)
        {
            return false;
        }

        if (_wholeAnswer is byte[] whole)
        {
            return TryTakeWhole(whole, out frame);
        }

        return _parser.TryRead(out frame) && !(!frame.IsStray && IsSentinel(frame.Data) && (IsEarly() || TryEndReading(StreamEnd.Done)));
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
            if (_early is { } early)
            {
                _early = null;
                throw early;
            }

            var space = _parser.FreeSpace();
            int? count = standing == StreamStanding.Over
                ? await _body.ReadWithinAsync(space, LastEventGrace).ConfigureAwait(false)
                : await _body.ReadAsync(space).ConfigureAwait(false);
            if (count is not int received)
            {
                TryEnd(StreamEnd.Silence);
            }
            else if (received == 0)
            {
                if (!_parser.End()) // first, the incomplete rest may contain an error
                {
                    EndOfBody(standing, textLength);
                }
            }
            else if (_isJudged || !await TryTakeOtherAsync(new ArraySegment<byte>(space.Array!, space.Offset, received)).ConfigureAwait(false))
            {
                _odd?.Add(space.AsSpan().Slice(0, received));
                _parser.Received(received);
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
    public async Task SettleAsync()
    {
        if (_draining is { IsCompleted: false })
        {
            using var drained = new CancellationTokenSource();
            await Task.WhenAny(_draining, Task.Delay(DrainGrace, drained.Token)).ConfigureAwait(false);
            drained.Cancel(); // the timer of the delay
        }
    }

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
    /// Takes a body that is not an event stream, because no meaningful line of one begins like JSON or HTML: JSON is a
    /// whole answer instead of a stream, HTML is an error. False if it may be an event stream.
    /// </summary>
    private async ValueTask<bool> TryTakeOtherAsync(ArraySegment<byte> start)
    {
        char? first = BodyKind.FirstCharacter(start.AsSpan());
        _isJudged = first is not null;
        switch (first)
        {
            case '<':
                throw await BodyKind.UnexpectedAsync(BodyKind.Events, _body, start, Secrets).ConfigureAwait(false);
            case '{' or '[':
                _wholeAnswer = await _body.ReadAllAsync(start).ConfigureAwait(false);
                return true;
            default:
                _odd = SseFrame.IsStart(BodyKind.Start(start.AsSpan())) ? null : new OddBeginning();
                return false;
        }
    }

    /// <summary>Whether the sentinel came too early for a response that can be reopened. That is a cut, for <see cref="ReceiveAsync"/>.</summary>
    private bool IsEarly()
    {
        _early = _reopen is null ? null : FaultOfEnd?.Invoke() as ApiConnectionException;
        return _early is not null;
    }

    /// <summary>Whether data is <c>[DONE]</c>, with or without spaces after it.</summary>
    private static bool IsSentinel(ReadOnlySpan<byte> data) =>
        data.StartsWith("[DONE]"u8) && BodyKind.FirstCharacter(data.Slice(6)) is null;

    /// <summary>Returns the whole answer as one frame, once; after that, the response has ended.</summary>
    private bool TryTakeWhole(byte[] whole, out SseFrame frame)
    {
        var data = _isMedia ? whole : BodyKind.WithoutMark(whole);
        frame = new SseFrame(default, data, 0, 0)
        {
            IsWholeAnswer = true,
            IsMedia = _isMedia,
            Own = new EventBytes(whole, whole.Length - data.Length, data.Length),
        };
        if (whole.Length == 0)
        {
            TryEnd(StreamEnd.WholeAnswer);
            return false;
        }

        _wholeAnswer = [];
        return true;
    }

    /// <summary>The body has ended regularly; the answer in it may still be cut off.</summary>
    private void EndOfBody(StreamStanding standing, int textLength)
    {
        if (_parser.EventCount == 0 && _parser.BytesReceived > 0
            && (_body.MediaType != "text/event-stream" || _parser.HasStray || _odd?.MayBecomeEvent == false))
        {
            throw new ResponseFormatException(
                $"The response contains no event, only {_parser.BytesReceived} bytes of other data. Check the base address.{_odd?.Quote(Secrets)}");
        }

        if (standing == StreamStanding.Unfinished)
        {
            throw new StreamEndedEarlyException(DescribeCut(textLength), StreamEnd.EndOfBody);
        }

        TryEndReading(StreamEnd.Finished);
    }

    private string DescribeCut(int textLength) =>
        _parser.BytesReceived == 0 ? "The response is empty: the connection ended before the first event."
        : _parser.EventCount == 0 ? $"The response contains no event, only {_parser.BytesReceived} bytes of other data."
        : "The stream ended before the model finished (no [DONE], no finish_reason). " +
            (textLength > 0 ? $"{textLength} characters had arrived; they are in PartialText." : "No text had arrived.");

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
        _parser = new SseParser(_maxEventBytes, keepsStray: true);
        _isJudged = false;
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

    /// <summary>The same when the reader finds the end, and reads no more.</summary>
    private bool TryEndReading(StreamEnd end)
    {
        if (!TryEnd(end))
        {
            return false;
        }

        _parser.Release();
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
