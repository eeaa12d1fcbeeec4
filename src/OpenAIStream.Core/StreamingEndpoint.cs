namespace OpenAIStream;

/// <summary>An API that returns an answer as a whole or as a stream.</summary>
/// <typeparam name="TRequest">The type of the request.</typeparam>
/// <typeparam name="TWhole">The type of the whole answer.</typeparam>
/// <typeparam name="TChunk">The type of the chunks.</typeparam>
public class StreamingEndpoint<TRequest, TWhole, TChunk>
    where TRequest : StreamingRequest
    where TWhole : JsonModel, new()
    where TChunk : class
{
    private readonly OpenAIClient? _client;
    private readonly string _path;

    /// <summary>Creates an endpoint without a client, for fakes in tests. Override the members that the test calls.</summary>
    protected StreamingEndpoint() => _path = "";

    internal StreamingEndpoint(OpenAIClient client, string path)
    {
        _client = client;
        _path = path;
    }

    /// <exception cref="NotSupportedException">This is a fake that lacks an override.</exception>
    private protected OpenAIClient Client => _client ?? throw OpenAIClient.NotFaked(this);

    /// <summary>Sends a request and waits for the whole answer. Calls <see cref="CreateAsync"/>.</summary>
    /// <inheritdoc cref="CreateAsync"/>
    public virtual TWhole Create(TRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => CreateAsync(request, options, cancellationToken));

    /// <summary>Sends a request and waits for the whole answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<TWhole> CreateAsync(TRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskAsync<TWhole>(ToApiRequest(request, false, options), cancellationToken);

    /// <summary>
    /// Sends a request and waits until its stream is open; the chunks arrive as it is read. Dispose the stream, or read it
    /// to its end. Calls <see cref="CreateStreamingAsync"/>.
    /// </summary>
    /// <inheritdoc cref="CreateStreamingAsync"/>
    public virtual SseStream<TChunk> CreateStreaming(TRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => CreateStreamingAsync(request, options, cancellationToken));

    /// <summary>Sends a request and waits until its stream is open; the chunks arrive as it is read. Dispose the stream, or read it to its end.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call, including its stream.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<SseStream<TChunk>> CreateStreamingAsync(
        TRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var client = Client;
        var toSend = ToApiRequest(request, true, options);
        var decoder = Decoders.For<TChunk>();
        decoder.Expect(request);
        return client.OpenAsync(toSend, decoder, cancellationToken);
    }

    private protected virtual ApiRequest ToApiRequest(TRequest request, bool stream, RequestOptions? options)
    {
        Guard.NotNull(request, nameof(request));
        return new ApiRequest(HttpMethod.Post, _path, RequestBody.FromUtf8(request.ToBody(stream)), stream, options) { Model = request.Model, Fields = request };
    }
}
