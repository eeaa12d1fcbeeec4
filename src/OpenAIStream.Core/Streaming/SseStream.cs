namespace OpenAIStream;

/// <summary>
/// One open response as typed chunks, each returned as soon as its event is complete. Read it with <c>await foreach</c>,
/// step by step, with <see cref="ToBlockingEnumerable"/>, or mixed: a loop continues where the steps ended. It can be read
/// only once. The connection is released at the end of the stream, after an error, when a loop is left, and by <see
/// cref="Dispose"/>.
/// </summary>
/// <typeparam name="T">The chunk.</typeparam>
public sealed class SseStream<T> : IAsyncEnumerable<T>, IAsyncEnumerator<T>, IDisposable where T : class
{
    private readonly OpenResponse _response;
    private readonly ChunkDecoder<T> _decoder;
    private readonly StreamText _text = new();
    private readonly CallTelemetry? _telemetry; // null if nobody listens
    private StreamStanding _standing;
    private T? _current;
    private Queue<Seen>? _ahead; // and not taken yet
    private bool _isEnumerated;

    internal SseStream(OpenResponse response, ChunkDecoder<T> decoder)
    {
        _response = response;
        _decoder = decoder;
        _decoder.Secrets = response.Secrets;
        _decoder.Check = response.ThrowIfStopped;
        response.FaultOfEnd = decoder.FaultOfEnd;
        _standing = decoder.Beginning;
        _telemetry = response.Telemetry;
        _telemetry?.ObserveText(_text.ToString);
    }

    /// <summary>The id of the request at the service, from the header <c>x-request-id</c>.</summary>
    public string? RequestId => _response.RequestId;

    /// <summary>The HTTP status of the response.</summary>
    public int StatusCode => _response.StatusCode;

    /// <summary>The headers of the response; the values of a repeated header are joined by commas.</summary>
    public IReadOnlyDictionary<string, string> Headers => _response.Headers;

    /// <summary>How the stream ended; <see cref="StreamEnd.Open"/> as long as it has not.</summary>
    public StreamEnd End => _response.End;

    /// <summary>Whether the stream has ended and is complete.</summary>
    public bool IsComplete => _response.IsComplete;

    /// <summary>Why the model stopped (stop, length, content_filter, tool_calls); null until it says so.</summary>
    public string? FinishReason => _decoder.FinishReason;

    /// <summary>The number of data bytes in the last event.</summary>
    public int EventBytes { get; private set; }

    /// <summary>The chunk of the last step.</summary>
    /// <exception cref="InvalidOperationException">There was no step yet, or the stream is over.</exception>
    public T Current => _current ?? throw new InvalidOperationException("There is no current chunk. Call MoveNext first, and read Current only if it returned true.");

    /// <summary>Completes when a stream that ended regularly has released its connection.</summary>
    internal Task Drained => _response.Drained;

    /// <summary>Waits for the next chunk; returns false at the end of the stream.</summary>
    /// <exception cref="ApiException">An error arrived in the stream, or it broke; the chunks before it have been returned.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The stream was disposed before its end.</exception>
    public bool MoveNext() => (TryStep(out bool moved) && moved) || Blocking.Run(static stream => stream.ReceiveAndStepAsync(), this);

    /// <summary>Waits for the next chunk without blocking; returns false at the end of the stream.</summary>
    /// <inheritdoc cref="MoveNext" path="/exception"/>
    public ValueTask<bool> MoveNextAsync()
    {
        try
        {
            return TryStep(out bool moved) && moved ? new ValueTask<bool>(true) : new ValueTask<bool>(ReceiveAndStepAsync());
        }
        catch (Exception exception)
        {
            return new ValueTask<bool>(Task.FromException<bool>(exception));
        }
    }

    /// <summary>Waits for the next chunk without consuming it: the next step returns it immediately.</summary>
    /// <returns>The chunk; null at the end of the stream.</returns>
    /// <inheritdoc cref="MoveNext" path="/exception"/>
    public Task<T?> PeekAsync() => PeekAsync(static _ => true);

    /// <summary>
    /// Waits for the first chunk that meets a condition, without consuming it or those before it: the next steps return them
    /// immediately. The first event of a background response that is not a keepalive contains its id, for example.
    /// </summary>
    /// <param name="condition">The condition.</param>
    /// <returns>The chunk; null at the end of the stream.</returns>
    /// <inheritdoc cref="MoveNext" path="/exception"/>
    public async Task<T?> PeekAsync(Func<T, bool> condition)
    {
        Guard.NotNull(condition, nameof(condition));
        var (current, bytes, ahead) = (_current, EventBytes, _ahead ?? new Queue<Seen>());
        var found = ahead.FirstOrDefault(seen => condition(seen.Chunk))?.Chunk;
        try
        {
            _ahead = null; // so that the steps read on
            while (found is null && await MoveNextAsync().ConfigureAwait(false))
            {
                ahead.Enqueue(new Seen(_current!, EventBytes));
                found = condition(_current!) ? _current : null;
            }
        }
        finally
        {
            (_current, EventBytes, _ahead) = (current, bytes, ahead);
        }

        return found;
    }

    /// <summary>Returns the chunks as a sequence that blocks while it waits. Leaving the loop closes the connection.</summary>
    /// <inheritdoc cref="MoveNext" path="/exception"/>
    /// <exception cref="InvalidOperationException">The stream has already been enumerated.</exception>
    public IEnumerable<T> ToBlockingEnumerable()
    {
        BeginEnumeration();
        return Enumerate();

        IEnumerable<T> Enumerate()
        {
            using (this)
            {
                while (MoveNext())
                {
                    yield return Current;
                }
            }
        }
    }

    /// <summary>Returns the stream itself, once.</summary>
    /// <exception cref="InvalidOperationException">The stream has already been enumerated.</exception>
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        BeginEnumeration();
        _response.StopWith(cancellationToken);
        return this;
    }

    /// <inheritdoc cref="SseStream.SteerAsync"/>
    internal async Task SteerAsync(object input, CancellationToken cancellationToken)
    {
        if (_decoder is not ResponseDecoder<ResponseEvent> decoder)
        {
            throw new NotSupportedException("Only the stream of a response (Responses API) can be steered.");
        }

        if (_response.SendMore is not { } send)
        {
            throw new NotSupportedException($"A response can be steered only over a WebSocket. Set {nameof(OpenAIClientOptions.Transport)} to {nameof(TransportKind.WebSocket)}.");
        }

        string id = decoder.Position.ResponseId ?? throw new InvalidOperationException("The response has not started. Read its first event before you steer it.");
        var frame = new JsonMap { ["type"] = "response.steer", ["previous_response_id"] = id, ["input"] = input };
        byte[] bytes = JsonModelWriter.ToUtf8(frame);
        bool isOpen = false;
        try
        {
            await send(bytes, Begin, cancellationToken).ConfigureAwait(false);
        }
        catch when (isOpen)
        {
            Interlocked.Decrement(ref decoder.OpenSteers);
            throw;
        }

        void Begin()
        {
            Interlocked.Increment(ref decoder.OpenSteers);
            isOpen = true;
        }
    }

    /// <summary>The text that has been read so far.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>Closes the connection, even while another thread waits for a chunk. Further calls do nothing.</summary>
    public void Dispose() => _response.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    private void BeginEnumeration()
    {
        if (_isEnumerated)
        {
            throw new InvalidOperationException("The stream has already been read, and a response cannot be read twice. To use the chunks again, store them in a list.");
        }

        _isEnumerated = true;
    }

    /// <summary>One step with the received data: false if more is needed; otherwise whether there is a chunk or the stream is over.</summary>
    private bool TryStep(out bool moved)
    {
        moved = false;
        _current = null;
        try
        {
            _response.ThrowIfStopped();
            if (_ahead is { Count: > 0 })
            {
                (_current, EventBytes) = _ahead.Dequeue();
                return moved = true;
            }

            while (_response.TryRead(out var frame))
            {
                var found = _decoder.Decode(frame);
                _standing = found.Standing;
                if (found.Chunk is not null)
                {
                    _current = found.Chunk;
                    _text.Append(found.Text);
                    EventBytes = frame.Data.Length;
                    _telemetry?.Observe(found.Chunk, _decoder.FinishReason);
                    return moved = true;
                }
            }

            return _response.End != StreamEnd.Open;
        }
        catch (Exception exception)
        {
            throw Fail(exception).Rethrow();
        }
    }

    private async Task<bool> ReceiveAndStepAsync()
    {
        bool moved;
        while (!TryStep(out moved))
        {
            try
            {
                await _response.ReceiveAsync(_standing, _text.Length).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                throw Fail(exception).Rethrow();
            }
        }

        if (!moved)
        {
            await _response.SettleAsync().ConfigureAwait(false);
        }

        return moved;
    }

    private Exception Fail(Exception exception)
    {
        var reason = _response.Fail(exception);
        if (reason is ApiException error)
        {
            (error.ResponseId, error.SequenceNumber) = _decoder.IsResumable ? _decoder.Position : default;
            error.MayHaveActed |= error is ApiConnectionException && !_decoder.IsResumable && _response.IsSentOnce;
            _text.Append(_decoder.TextOfError);
            error.PartialText ??= _text.Length > 0 ? _response.Secrets.HideKnown(_text.ToString()) : null;
        }

        return reason;
    }

    /// <summary>A chunk that was peeked, with the number of data bytes in its event. Startup: a class (docs/startup.md).</summary>
    private sealed record Seen(T Chunk, int Bytes);
}
