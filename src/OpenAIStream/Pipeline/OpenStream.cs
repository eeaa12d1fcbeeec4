using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// An open response, as -NoEnumerate returns it to a script: read it step by step with MoveNext and Current, in a foreach
/// loop, or both; the loop continues where the steps ended. It can be read only once. The connection is closed at the end
/// of the stream, after an error, when the loop or the pipeline that reads it is left in any way, when the script is
/// stopped while it reads, when the runspace ends, and by Dispose.
/// </summary>
/// <typeparam name="T">The type of the chunks.</typeparam>
public sealed class OpenStream<T> : IEnumerable<T>, IDisposable where T : class
{
    private readonly SseStream<T> _stream;
    private readonly ConnectionUse _use; // until the end of the stream
    private readonly PipelineStop _stop = new();
    private readonly LoopWatch _watch;
    private readonly RunspaceEnd _end;
    private Enumerator? _reader; // the enumerator that has started: the engine may create others, and only look at them

    internal OpenStream(SseStream<T> stream, ConnectionUse use)
    {
        _stream = stream;
        _use = use;
        _watch = new LoopWatch(Dispose);
        _end = new RunspaceEnd(this);
    }

    /// <summary>Nobody can read the stream any longer. Its connection closes when it is collected too.</summary>
    ~OpenStream() => LetGo();

    /// <summary>The id of the request at the service, from the header <c>x-request-id</c>.</summary>
    public string? RequestId => _stream.RequestId;

    /// <summary>The HTTP status of the response.</summary>
    public int StatusCode => _stream.StatusCode;

    /// <summary>The headers of the response; the values of a repeated header are joined by commas.</summary>
    public IReadOnlyDictionary<string, string> Headers => _stream.Headers;

    /// <summary>How the stream ended; Open until it has.</summary>
    public StreamEnd End => _stream.End;

    /// <summary>Whether the stream has ended and is complete.</summary>
    public bool IsComplete => _stream.IsComplete;

    /// <summary>Why the model stopped (stop, length, content_filter, tool_calls); null until it says so.</summary>
    public string? FinishReason => _stream.FinishReason;

    /// <summary>The chunk of the last step.</summary>
    /// <exception cref="InvalidOperationException">There was no step yet, or the stream is over.</exception>
    public T Current => _stream.Current;

    /// <summary>Waits for the next chunk; returns false at the end of the stream.</summary>
    /// <exception cref="ApiException">An error arrived in the stream, or it broke; the chunks before it have been returned.</exception>
    /// <exception cref="ObjectDisposedException">The stream was disposed before its end.</exception>
    /// <exception cref="PipelineStoppedException">The script is being stopped; the stream is closed.</exception>
    public bool MoveNext() => Step(isByEngine: false);

    /// <summary>The remaining chunks, once: a second enumerator throws when it begins.</summary>
    public IEnumerator<T> GetEnumerator() => new Enumerator(this);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>
    /// Sends input for a response while it is being written, over a WebSocket; another runspace can do so too. The outcome
    /// arrives as an event of the stream, and the events of the response that takes it into account follow in the same
    /// stream.
    /// </summary>
    /// <param name="input">The input of the user: text, a message, or items.</param>
    /// <exception cref="NotSupportedException">The stream does not belong to a response, or does not use a WebSocket.</exception>
    /// <exception cref="InvalidOperationException">The response has not started, or has ended.</exception>
    public void Steer(object input)
    {
        var stream = _stream as SseStream<ResponseEvent> ?? throw new NotSupportedException("Only the stream of a response (Responses API) can be steered.");
        object prompt = new PromptReader(PromptKind.Items, nameof(input)).Read(input, nameof(input));
        stream.Steer(prompt is string ? prompt : PromptReader.Items(prompt));
    }

    /// <summary>The text that has been read so far.</summary>
    public override string ToString() => _stream.ToString();

    /// <summary>Closes the connection. Further calls do nothing.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        LetGo();
        GC.SuppressFinalize(this);
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
        _stop.Check(); // chunks can arrive faster than they are read
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
