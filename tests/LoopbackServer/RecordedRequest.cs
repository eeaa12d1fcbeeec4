namespace OpenAIStream.Loopback;

/// <summary>A request as it arrived, and what has become of its reply so far.</summary>
public sealed class RecordedRequest
{
    private readonly TaskCompletionSource<Moment> _clientGone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private long _bytesSent;

    public required int Index { get; init; }

    public required string Method { get; init; }

    /// <summary>The path with its query.</summary>
    public required string Path { get; init; }

    /// <summary>By name, whatever its case; a header sent twice is joined with a comma.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public required string Body { get; init; }

    /// <summary>The parts of a form, in their order; empty for any other body.</summary>
    public required IReadOnlyList<FormPart> Form { get; init; }

    /// <summary><c>HTTP/1.1</c> or <c>HTTP/2</c>.</summary>
    public required string Protocol { get; init; }

    public required string ConnectionId { get; init; }

    /// <summary>When the request's headers had been read.</summary>
    public required Moment ReceivedAt { get; init; }

    /// <summary>When the reply's headers went out; null as long as they have not.</summary>
    public Moment? HeadersSentAt { get; internal set; }

    /// <summary>The reply was played to its end, be that end a cut or a reset.</summary>
    public bool Completed { get; private set; }

    /// <summary>When the client closed the connection or reset the stream before the reply's end.</summary>
    public Moment? ClientGoneAt => _clientGone.Task.IsCompletedSuccessfully ? _clientGone.Task.Result : null;

    /// <summary>Bytes of body handed to the socket.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    internal Task<Moment> ClientGone => _clientGone.Task;

    /// <summary>Says in a few words how far the exchange has come.</summary>
    public override string ToString()
    {
        string outcome = Completed ? "reply played to its end" : ClientGoneAt is null ? "reply still playing" : "client gone";
        string headers = HeadersSentAt is null ? "no headers sent" : $"{BytesSent} bytes sent";
        return $"#{Index} {Method} {Path} over {Protocol}: {outcome}, {headers}";
    }

    internal void AddBytesSent(int count) => Interlocked.Add(ref _bytesSent, count);

    internal void Complete()
    {
        lock (_gate)
        {
            Completed = !_clientGone.Task.IsCompleted;
        }
    }

    /// <summary>A client that closes because the server ended the reply has not gone away.</summary>
    internal void ClientLeft()
    {
        lock (_gate)
        {
            if (!Completed)
            {
                _clientGone.TrySetResult(Moment.Now());
            }
        }
    }
}
