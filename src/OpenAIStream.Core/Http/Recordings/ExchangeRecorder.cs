using System.Net.Sockets;

namespace OpenAIStream;

/// <summary>
/// Collects an exchange, and creates its recording at the end, however it ends. Until then it is held in memory, because a
/// secret that is split over pieces can only be found in the whole.
/// </summary>
/// <param name="clock">The clock that measures pauses.</param>
/// <param name="call">The call that the exchange belongs to; null for a request from another client.</param>
/// <param name="number">The number of the request.</param>
/// <param name="longestBody">The maximum number of bytes of a response to hold; a longer one is not recorded.</param>
/// <param name="ended">Called once at the end, with the fault.</param>
internal sealed class ExchangeRecorder(TimeProvider clock, Call? call, int number, int longestBody, Action<ExchangeRecorder, RecordedFault?> ended)
{
    private readonly object _gate = new();
    private readonly long _begun = clock.GetTimestamp();
    private readonly List<Piece> _pieces = [];
    private readonly List<byte> _received = [];
    private RecordedRequest? _request;
    private HttpResponseMessage? _response;
    private TimeSpan _marked;
    private TimeSpan _waited;
    private bool _isEmpty;
    private bool _isTooLong;
    private bool _isOver;

    public int Number => number;

    /// <summary>The timeout that has ended the call; null if none has.</summary>
    public TimeoutKind? TimeoutKind => (call?.WhyStopped(null) as ApiTimeoutException)?.Timeout;

    // Whoever closes the body and whoever reads it are notified of a timeout at the same time.
    private bool WasSilent => TimeoutKind == OpenAIStream.TimeoutKind.Operation;

    private TimeSpan Elapsed => clock.GetElapsedTime(_begun);

    public void Asked(RecordedRequest request) => _request = request;

    public void Answered(HttpResponseMessage response)
    {
        _waited = SinceMark();
        _response = response;
        _isEmpty = response.Content.Headers.TryGetValues("Content-Length", out var length) && length.Single() == "0";
        AppDomain.CurrentDomain.ProcessExit += OnExit; // a complete response may still wait for the end of its connection
    }

    public void Received(byte[] buffer, int offset, int count)
    {
        lock (_gate)
        {
            var pause = SinceMark();
            if (_isOver || _isTooLong)
            {
                return;
            }

            if (count > longestBody - _received.Count)
            {
                _isTooLong = true;
                _received.Clear();
                _received.TrimExcess();
                return;
            }

            // Data that arrives within the same millisecond is one piece: it was read in parts, not sent in parts.
            if (_pieces.Count == 0 || pause > TimeSpan.Zero || _pieces[_pieces.Count - 1].Sent is not null)
            {
                _pieces.Add(new Piece(pause, _received.Count));
            }

            _received.AddRange(new ArraySegment<byte>(buffer, offset, count));
        }
    }

    /// <summary>More was sent while the answer came.</summary>
    public void Sent(byte[] frame)
    {
        lock (_gate)
        {
            if (!_isOver && !_isTooLong)
            {
                _pieces.Add(new Piece(SinceMark(), _received.Count, frame));
            }
        }
    }

    /// <summary>Reading failed.</summary>
    public void Broke(Exception exception) => End(
        WasSilent ? new(RecordedFaultKind.Stall)
        : exception is SocketClosedException closed ? OfClose(closed)
        : new(IsReset(exception) ? RecordedFaultKind.Reset : RecordedFaultKind.Cut));

    /// <summary>The reader has stopped. What has arrived is not a complete response, unless none was expected.</summary>
    public void LetGo() => End(_isEmpty ? null : new(WasSilent ? RecordedFaultKind.Stall : RecordedFaultKind.Cut));

    public static RecordedFault OfClose(SocketClosedException closed) => new(RecordedFaultKind.Close) { CloseCode = closed.Code, CloseReason = closed.Reason };

    /// <summary>The exchange is over: complete, or with a fault.</summary>
    public void End(RecordedFault? fault)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
            AppDomain.CurrentDomain.ProcessExit -= OnExit;
            ended(this, fault);
        }
    }

    /// <summary>The recording to write when it is over.</summary>
    /// <exception cref="IOException">The response was too long.</exception>
    public Recording ToRecording(RecordedFault? fault)
    {
        if (_isTooLong)
        {
            throw new IOException(FormattableString.Invariant($"The response is longer than {longestBody} bytes."));
        }

        var redaction = _request!.Redaction;
        RecordingStep[] end = fault is null ? [] : [fault with { CloseReason = fault.CloseReason is string reason ? SafeText.OneLine(redaction.Text(reason)) : null }];
        if (_response is not null)
        {
            redaction.Learn(_response);
        }

        RecordingStep[] pause = _waited > TimeSpan.Zero ? [new RecordedPause(_waited)] : [];
        return new Recording
        {
            Method = _request.Method,
            Path = _request.Path,
            RequestHeaders = _request.Headers,
            RequestBody = _request.Body,
            Waiting = [.. pause, .. _response is null ? end : []],
            StatusCode = (int?)_response?.StatusCode,
            ReasonPhrase = redaction.Text(_response?.ReasonPhrase ?? ""),
            ResponseHeaders = _response is null ? [] : redaction.ResponseHeaders(_response),
            Body = _response is null ? [] : [.. Steps(redaction), .. end],
        };
    }

    private void OnExit(object? sender, EventArgs e) => LetGo();

    /// <summary>The whole milliseconds since the last mark; sets a new mark.</summary>
    private TimeSpan SinceMark()
    {
        var now = TimeSpan.FromMilliseconds(Math.Floor(Elapsed.TotalMilliseconds));
        var since = now - _marked;
        _marked = now;
        return since;
    }

    private IEnumerable<RecordingStep> Steps(Redaction redaction)
    {
        int[] starts = [.. _pieces.Select(static piece => piece.Start)];
        byte[] body = redaction.Bytes(_received.ToArray(), starts);
        for (int i = 0; i < starts.Length; i++)
        {
            if (_pieces[i].Pause > TimeSpan.Zero)
            {
                yield return new RecordedPause(_pieces[i].Pause);
            }

            if (_pieces[i].Sent is byte[] sent)
            {
                yield return new RecordedSent(redaction.Bytes(sent));
            }

            int end = i + 1 < starts.Length ? starts[i + 1] : body.Length;
            if (end > starts[i])
            {
                yield return new RecordedBytes(body.AsMemory(starts[i], end - starts[i]));
            }
        }
    }

    /// <summary>What came together after a pause, from a place in the body on, or what was sent there.</summary>
    private sealed record Piece(TimeSpan Pause, int Start, byte[]? Sent = null);

    private static bool IsReset(Exception? exception) => exception is not null
        && (exception is SocketException { SocketErrorCode: SocketError.ConnectionReset } || Compat.IsStreamReset(exception) || IsReset(exception.InnerException));
}
