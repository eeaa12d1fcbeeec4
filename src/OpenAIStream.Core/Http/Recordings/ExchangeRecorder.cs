using System.Net.Sockets;

namespace OpenAIStream;

/// <summary>What one exchange has brought so far, and its recording at the end, whichever way that comes.</summary>
/// <param name="options">Clock and timeout.</param>
/// <param name="number">Which request it is.</param>
/// <param name="save">Takes the recording; called once.</param>
internal sealed class ExchangeRecorder(OpenAIClientOptions options, int number, Action<ExchangeRecorder, Recording> save)
{
    private static readonly TimeSpan TimerSlack = TimeSpan.FromMilliseconds(1);

    private readonly object _gate = new();
    private readonly TimeProvider _clock = options.TimeProvider;
    private readonly long _begun = options.TimeProvider.GetTimestamp();
    private readonly List<(TimeSpan Pause, byte[] Bytes)> _received = [];
    private RecordedRequest? _request;
    private HttpResponseMessage? _response;
    private TimeSpan _marked;
    private TimeSpan _waited;
    private bool _isEmpty;
    private bool _isOver;

    public int Number => number;

    /// <summary>Whether the server has said nothing for as long as the operation timeout allows: it was that which ended it.</summary>
    public bool WasSilent => options.OperationTimeout != Timeout.InfiniteTimeSpan && Elapsed - _marked + TimerSlack >= options.OperationTimeout;

    private TimeSpan Elapsed => _clock.GetElapsedTime(_begun);

    public void Asked(RecordedRequest request) => _request = request;

    public void Answered(HttpResponseMessage response)
    {
        _waited = SinceMark();
        _response = response;
        _isEmpty = response.Content.Headers.TryGetValues("Content-Length", out var length) && length.Single() == "0";
    }

    public void Received(byte[] buffer, int offset, int count)
    {
        lock (_gate)
        {
            _received.Add((SinceMark(), buffer.AsSpan(offset, count).ToArray()));
        }
    }

    /// <summary>The reading failed.</summary>
    public void Broke(Exception exception) => End(
        exception is OperationCanceledException && WasSilent ? RecordedFaultKind.Stall
        : IsReset(exception) ? RecordedFaultKind.Reset
        : RecordedFaultKind.Cut);

    /// <summary>The reader has let go of it. What had arrived is no whole answer, unless none was to come.</summary>
    public void LetGo() => End(_isEmpty ? null : RecordedFaultKind.Cut);

    /// <summary>It is over: in order, or with a fault.</summary>
    public void End(RecordedFaultKind? fault)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
            save(this, ToRecording(fault));
        }
    }

    /// <summary>Whole milliseconds since the last mark, and a mark.</summary>
    private TimeSpan SinceMark()
    {
        var now = TimeSpan.FromMilliseconds(Math.Floor(Elapsed.TotalMilliseconds));
        var since = now - _marked;
        _marked = now;
        return since;
    }

    private Recording ToRecording(RecordedFaultKind? fault)
    {
        var redaction = _request!.Redaction;
        RecordingStep[] end = fault is RecordedFaultKind kind ? [new RecordedFault(kind)] : [];
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
            ReasonPhrase = _response?.ReasonPhrase ?? "",
            ResponseHeaders = _response is null ? [] : redaction.ResponseHeaders(_response),
            Body = _response is null ? [] : [.. Steps(redaction), .. end],
        };
    }

    private IEnumerable<RecordingStep> Steps(Redaction redaction)
    {
        // What comes within the same millisecond is one piece: it was read in parts, not sent so.
        var pieces = new List<(TimeSpan Pause, int Start)>();
        using var all = new MemoryStream();
        foreach (var (pause, bytes) in _received)
        {
            if (pieces.Count == 0 || pause > TimeSpan.Zero)
            {
                pieces.Add((pause, (int)all.Length));
            }

            all.Write(bytes, 0, bytes.Length);
        }

        int[] starts = [.. pieces.Select(static piece => piece.Start)];
        byte[] body = redaction.Bytes(all.ToArray(), starts);
        for (int i = 0; i < starts.Length; i++)
        {
            if (pieces[i].Pause > TimeSpan.Zero)
            {
                yield return new RecordedPause(pieces[i].Pause);
            }

            int end = i + 1 < starts.Length ? starts[i + 1] : body.Length;
            if (end > starts[i])
            {
                yield return new RecordedBytes(body.AsMemory(starts[i], end - starts[i]));
            }
        }
    }

    private static bool IsReset(Exception? exception) => exception is not null
        && (exception is SocketException { SocketErrorCode: SocketError.ConnectionReset } || Compat.IsStreamReset(exception) || IsReset(exception.InnerException));
}
