namespace OpenAIStream.Loopback;

/// <summary>A request as it arrived, and the state of its reply.</summary>
public sealed class RecordedRequest
{
    private readonly TaskCompletionSource<Moment> _clientGone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private long _bytesSent;

    public required int Index { get; init; }

    public required string Method { get; init; }

    /// <summary>The path with its query.</summary>
    public required string Path { get; init; }

    /// <summary>By name, ignoring case; the values of a header sent twice are joined with a comma.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public required string Body { get; init; }

    /// <summary>The parts of a form, in order; empty for any other body.</summary>
    public required IReadOnlyList<FormPart> Form { get; init; }

    /// <summary><c>HTTP/1.1</c> or <c>HTTP/2</c>.</summary>
    public required string Protocol { get; init; }

    public required string ConnectionId { get; init; }

    /// <summary>When the request's headers were read.</summary>
    public required Moment ReceivedAt { get; init; }

    /// <summary>When the reply's headers were sent; null until then.</summary>
    public Moment? HeadersSentAt { get; internal set; }

    /// <summary>Whether the reply was played to its end, even if that is a cut or a reset.</summary>
    public bool Completed { get; private set; }

    /// <summary>When the client closed the connection or reset the stream before the reply's end.</summary>
    public Moment? ClientGoneAt => _clientGone.Task.IsCompletedSuccessfully ? _clientGone.Task.Result : null;

    /// <summary>Bytes of the body given to the socket.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    internal Task<Moment> ClientGone => _clientGone.Task;

    /// <summary>Describes the state of the exchange in a few words.</summary>
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

    /// <summary>A client that closes because the server ended the reply does not count as gone.</summary>
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
