using System.Collections;
using System.Text;

namespace OpenAIStream;

/// <summary>
/// One open response as typed chunks, each handed on the moment its event is complete. Read it step by step, in a loop,
/// or both: the loop goes on where the steps ended. It can be read once. The connection is let go of at the end of the
/// stream, at an error, when a loop is left, and by <see cref="Dispose"/>.
/// </summary>
/// <typeparam name="T">The chunk.</typeparam>
public sealed class SseStream<T> : IEnumerable<T>, IEnumerator<T>, IAsyncEnumerable<T>, IAsyncEnumerator<T> where T : class
{
    private readonly StreamReceiver _receiver;
    private readonly ChunkDecoder<T> _decoder;
    private readonly StringBuilder _text = new();
    private T? _current;
    private bool _isEnumerated;
    private Task? _draining;
    private int _state = Open;

    // After the last chunk the next request finds the connection ready when the body's end comes within this time, as it
    // nearly always does; then the caller goes on, and the rest is read behind him. Real time, whatever the clock.
    private static readonly TimeSpan DrainGrace = TimeSpan.FromMilliseconds(50);

    // Dispose may come from any thread, so that the state changes atomically.
    private const int Open = 0;
    private const int Finished = 1;
    private const int Failed = 2;
    private const int Disposed = 3;

    internal SseStream(OpenResponse response, ChunkDecoder<T> decoder, long? maxEventBytes)
    {
        _receiver = new StreamReceiver(response, maxEventBytes);
        _decoder = decoder;
        _decoder.Secrets = response.Call.Secrets;
        Headers = response.Headers;
    }

    /// <summary>The request's id at the service, from the header <c>x-request-id</c>.</summary>
    public string? RequestId => Response.RequestId;

    /// <summary>The HTTP status of the response.</summary>
    public int StatusCode => Response.StatusCode;

    /// <summary>The response's headers; a name that came more than once has its values joined by commas.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>Whether the stream has ended as it should.</summary>
    public bool IsComplete => _state == Finished;

    /// <summary>Why the model stopped (stop, length, content_filter, tool_calls); null as long as it has not said so.</summary>
    public string? FinishReason => _decoder.FinishReason;

    /// <summary>The chunk that the last step gave.</summary>
    /// <exception cref="InvalidOperationException">There was no step yet, or the stream is over.</exception>
    public T Current => _current ?? throw new InvalidOperationException("There is no current chunk: call MoveNext first, and use it while it returns true.");

    object IEnumerator.Current => Current;

    private OpenResponse Response => _receiver.Response;

    /// <summary>Opens the response anew where it broke; null when that cannot be. Not set where a broken stream is over.</summary>
    internal Func<ApiConnectionException, Call, Task<OpenResponse?>>? Resume { get => _receiver.Resume; set => _receiver.Resume = value; }

    /// <summary>Called with each wait of <see cref="MoveNext"/>, so that PowerShell can be stopped while a script waits.</summary>
    internal Action<Task>? Waiting { get; set; }

    /// <summary>The length of the last event's data, in bytes.</summary>
    public int EventBytes { get; private set; }

    /// <summary>When a finished stream has let go of its connection, to the pool or for good.</summary>
    internal Task Drained => _draining ?? Task.CompletedTask;

    /// <summary>Waits for the next chunk; false at the end of the stream.</summary>
    /// <exception cref="ApiException">An error came in the stream, or it broke; the chunks before it have been given.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The stream was disposed of before its end.</exception>
    public bool MoveNext()
    {
        bool moved;
        while (!TryStep(out moved))
        {
            var receiving = ReceiveAsync();
            if (!receiving.IsCompleted)
            {
                Waiting?.Invoke(receiving);
            }

            Blocking.Wait(receiving);
        }

        if (!moved && _draining is { IsCompleted: false })
        {
            _draining.Wait(DrainGrace);
        }

        return moved;
    }

    /// <summary>Waits for the next chunk without blocking; false at the end of the stream.</summary>
    /// <inheritdoc cref="MoveNext" path="/exception"/>
    public ValueTask<bool> MoveNextAsync()
    {
        try
        {
            return TryStep(out bool moved) && moved ? new ValueTask<bool>(true) : ReceiveAndStepAsync();
        }
        catch (Exception exception)
        {
            return new ValueTask<bool>(Task.FromException<bool>(exception));
        }
    }

    /// <summary>The stream itself, once.</summary>
    /// <exception cref="InvalidOperationException">It has been enumerated already.</exception>
    public IEnumerator<T> GetEnumerator()
    {
        if (_isEnumerated)
        {
            throw new InvalidOperationException("The stream has been read already; a response comes once. Keep the chunks in a list to go through them again.");
        }

        _isEnumerated = true;
        return this;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The stream itself, once.</summary>
    /// <exception cref="InvalidOperationException">It has been enumerated already.</exception>
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        _ = GetEnumerator();
        _receiver.StopWith(cancellationToken);
        return this;
    }

    /// <summary>Closes the connection, also while another thread waits for a chunk. Does nothing the second time.</summary>
    public void Dispose()
    {
        End(Disposed);
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    void IEnumerator.Reset() => throw new NotSupportedException("A response comes once.");

    /// <summary>One step with what has been received: false when more is needed; else whether there is a chunk or the stream is over.</summary>
    private bool TryStep(out bool moved)
    {
        moved = false;
        _current = null;
        if (_state != Open)
        {
            return _state == Disposed ? throw new ObjectDisposedException("SseStream") : true;
        }

        try
        {
            // A cancellation comes before what has been received, the sentinel included.
            if (Response.Call.WhyStopped(null) is Exception stopped)
            {
                throw stopped;
            }

            return TryTake(out moved);
        }
        catch (Exception exception)
        {
            throw WasDisposed(exception) ?? Fail(exception);
        }
    }

    private bool TryTake(out bool moved)
    {
        moved = false;
        do
        {
            if (!_receiver.Parser.TryRead(out var frame))
            {
                return false;
            }

            if (frame.Data.SequenceEqual("[DONE]"u8))
            {
                End(Finished);
                return true;
            }

            EventBytes = frame.Data.Length;
            _current = _decoder.Decode(frame, _receiver.Parser);
        }
        while (_current is null);

        if (Response.IsWholeAnswer && !_decoder.IsAnswer(_current))
        {
            throw new ResponseFormatException("The answer is JSON, but neither what was asked for nor an error. Does the address lead to the API?");
        }

        _text.Append(_decoder.Text);
        return moved = true;
    }

    private async ValueTask<bool> ReceiveAndStepAsync()
    {
        bool moved;
        while (!TryStep(out moved))
        {
            await ReceiveAsync().ConfigureAwait(false);
        }

        if (!moved && _draining is { IsCompleted: false })
        {
            using var drained = new CancellationTokenSource();
            await Task.WhenAny(_draining, Task.Delay(DrainGrace, drained.Token)).ConfigureAwait(false);
            drained.Cancel(); // the delay's timer
        }

        return moved;
    }

    /// <summary>Waits for more bytes, or for the end.</summary>
    private async Task ReceiveAsync()
    {
        try
        {
            if (await _receiver.ReceiveAsync(_decoder.IsOver).ConfigureAwait(false))
            {
                return;
            }

            if (!_receiver.IsSilent)
            {
                CheckEnd();
            }

            End(Finished, canBeUsedAgain: !_receiver.IsSilent);
        }
        catch (Exception exception)
        {
            if (WasDisposed(exception) is ObjectDisposedException disposed)
            {
                throw disposed;
            }

            if (exception is not ApiConnectionException broken || !await TryResumeAsync(broken).ConfigureAwait(false))
            {
                throw Fail(exception);
            }
        }
    }

    private void CheckEnd()
    {
        if (EndOfBody.Fault(_receiver.Parser, _decoder.IsFinished, Response.IsEventStream, _text.Length) is ApiException fault)
        {
            throw fault;
        }
    }

    private async Task<bool> TryResumeAsync(ApiConnectionException broken)
    {
        bool isResumed;
        try
        {
            isResumed = await _receiver.TryResumeAsync(broken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            throw WasDisposed(exception) ?? Fail(exception);
        }

        if (isResumed && _state != Open)
        {
            Response.Dispose(); // disposed of meanwhile
        }

        return isResumed;
    }

    /// <summary>Leaves the open state, once. A finished response may go back to the pool; every other closes its connection.</summary>
    private void End(int state, bool canBeUsedAgain = true)
    {
        if (Interlocked.CompareExchange(ref _state, state, Open) != Open)
        {
            return;
        }

        if (state == Finished && canBeUsedAgain)
        {
            _draining = Response.DrainAsync();
        }
        else
        {
            Response.Dispose();
        }
    }

    private ObjectDisposedException? WasDisposed(Exception exception) => _state != Disposed ? null
        : exception as ObjectDisposedException ?? new ObjectDisposedException("The stream was disposed of while it was read.", exception);

    private Exception Fail(Exception exception)
    {
        End(Failed);
        if (exception is ApiException error)
        {
            error.RequestId ??= RequestId;
            (error.ResponseId, error.SequenceNumber) = _decoder.Position;
            error.PartialText ??= _text.Length > 0 ? Response.Call.Secrets.Hide(_text.ToString()) : null;
        }

        return exception;
    }
}
