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
    private readonly string _path;

    internal StreamingEndpoint(OpenAIClient client, string path)
    {
        Client = client;
        _path = path;
    }

    private protected OpenAIClient Client { get; }

    /// <summary>Asks and waits for the whole answer.</summary>
    /// <exception cref="ApiException">The service refused, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public TWhole Create(TRequest request, CancellationToken cancellationToken = default) =>
        Create(request, null, cancellationToken);

    /// <inheritdoc cref="Create(TRequest, CancellationToken)"/>
    public TWhole Create(TRequest request, RequestOptions? options, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => CreateAsync(request, options, cancellationToken));

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
        Blocking.Run(() => CreateStreamingAsync(request, options, cancellationToken));

    /// <inheritdoc cref="CreateStreaming(TRequest, CancellationToken)"/>
    public Task<SseStream<TChunk>> CreateStreamingAsync(TRequest request, CancellationToken cancellationToken = default) =>
        CreateStreamingAsync(request, null, cancellationToken);

    /// <inheritdoc cref="CreateStreaming(TRequest, CancellationToken)"/>
    public virtual Task<SseStream<TChunk>> CreateStreamingAsync(
        TRequest request, RequestOptions? options, CancellationToken cancellationToken = default)
    {
        var toSend = ToApiRequest(request, true, options);
        var decoder = Decoders.For<TChunk>();
        decoder.Expect(request);
        return Client.OpenAsync(toSend, decoder, cancellationToken);
    }

    private protected virtual ApiRequest ToApiRequest(TRequest request, bool stream, RequestOptions? options)
    {
        Guard.NotNull(request, nameof(request));
        return new ApiRequest(HttpMethod.Post, _path, request.ToBody(stream), stream, options) { Model = request.Model, Fields = request };
    }
}
