using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// An open response, as -NoEnumerate hands it over to a script: read it step by step with MoveNext and Current, in a foreach
/// loop, or both; the loop goes on where the steps ended. It can be read once. The connection is closed at the end of the
/// stream, at an error, when the loop or the pipeline that reads it is left by whatever way, when the script is stopped while
/// it reads, at the end of the runspace, and by Dispose.
/// </summary>
/// <typeparam name="T">The chunk.</typeparam>
public sealed class OpenStream<T> : IEnumerable<T>, IDisposable where T : class
{
    private readonly SseStream<T> _stream;
    private readonly ConnectionUse _use; // until the end of the stream
    private readonly PipelineStop _stop = new();
    private readonly LoopWatch _watch;
    private readonly RunspaceEnd _end;
    private Enumerator? _reader; // the enumerator that has begun: the engine may ask for others, and look at them only

    internal OpenStream(SseStream<T> stream, ConnectionUse use)
    {
        _stream = stream;
        _use = use;
        _watch = new LoopWatch(Dispose);
        _end = new RunspaceEnd(this);
    }

    /// <summary>The request's id at the service, from the header <c>x-request-id</c>.</summary>
    public string? RequestId => _stream.RequestId;

    /// <summary>The HTTP status of the response.</summary>
    public int StatusCode => _stream.StatusCode;

    /// <summary>The response's headers; a name that came more than once has its values joined by commas.</summary>
    public IReadOnlyDictionary<string, string> Headers => _stream.Headers;

    /// <summary>How the stream ended; Open as long as it has not.</summary>
    public StreamEnd End => _stream.End;

    /// <summary>Whether the stream has ended as it should.</summary>
    public bool IsComplete => _stream.IsComplete;

    /// <summary>Why the model stopped (stop, length, content_filter, tool_calls); null as long as it has not said so.</summary>
    public string? FinishReason => _stream.FinishReason;

    /// <summary>The chunk that the last step returned.</summary>
    /// <exception cref="InvalidOperationException">There was no step yet, or the stream is over.</exception>
    public T Current => _stream.Current;

    /// <summary>Waits for the next chunk; false at the end of the stream.</summary>
    /// <exception cref="ApiException">An error came in the stream, or it broke; the chunks before it have been returned.</exception>
    /// <exception cref="ObjectDisposedException">The stream was disposed before its end.</exception>
    /// <exception cref="PipelineStoppedException">The script is being stopped; the stream is closed.</exception>
    public bool MoveNext() => Step(isByEngine: false);

    /// <summary>The chunks that are left, once: a second enumerator throws when it begins.</summary>
    public IEnumerator<T> GetEnumerator() => new Enumerator(this);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>
    /// Sends input for a response while it is being written, over a WebSocket; another runspace may do that, too. What becomes of
    /// it comes as an event of the stream, and the events of the response that takes it into account follow in the stream.
    /// </summary>
    /// <param name="input">What the user says: text, a message, or items.</param>
    /// <exception cref="NotSupportedException">The stream is none of a response, or does not come over a WebSocket.</exception>
    /// <exception cref="InvalidOperationException">The response has not begun, or has ended.</exception>
    public void Steer(object input)
    {
        var stream = _stream as SseStream<ResponseEvent> ?? throw new NotSupportedException("Only the stream of a response (Responses API) can be steered.");
        object prompt = new PromptReader(PromptKind.Items, nameof(input)).Read(input, nameof(input));
        stream.Steer(prompt is string ? prompt : PromptReader.Items(prompt));
    }

    /// <summary>The text that has been read so far.</summary>
    public override string ToString() => _stream.ToString();

    /// <summary>Closes the connection. Does nothing the second time.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        LetGo();
    }

    private bool Step(bool isByEngine)
    {
        bool moved = false;
        try
        {
            _watch.Step(isByEngine);
            return moved = Move();
        }
        catch (PipelineStoppedException)
        {
            Dispose();
            throw;
        }
        finally
        {
            if (!moved)
            {
                LetGo();
            }
        }
    }

    private void LetGo()
    {
        _watch.Dispose();
        _end.Dispose();
        _use.Dispose();
    }

    private bool Move()
    {
        _stop.Check(); // chunks may come faster than anybody waits for one
        var moving = _stream.MoveNextAsync();
        if (moving.IsCompleted)
        {
            return moving.GetAwaiter().GetResult();
        }

        var waited = moving.AsTask();
        _stop.WaitFor(waited);
        return waited.GetAwaiter().GetResult();
    }

    private sealed class Enumerator(OpenStream<T> stream) : IEnumerator<T>
    {
        public T Current => stream.Current;

        object IEnumerator.Current => Current;

        public bool MoveNext() => (stream._reader ??= this) == this
            ? stream.Step(isByEngine: true)
            : throw new InvalidOperationException("The stream has already been read, and a response cannot be read twice. To use the chunks again, store them in a list.");

        public void Reset() => throw new NotSupportedException("A response cannot be read twice.");

        public void Dispose() => stream.Dispose();
    }
}
