namespace OpenAIStream;

/// <summary>
/// The front door: one client for one service and one identity, made once and used for as long as wanted, from any thread.
/// </summary>
public sealed class OpenAIClient : IDisposable
{
    private readonly OpenAIClientOptions _options;
    private readonly Transport _transport;
    private readonly CancellationTokenSource _closing = new();
    private int _isDisposed;

    /// <summary>A client with the environment's settings: <c>OPENAI_API_KEY</c> and the others of <see cref="OpenAIClientOptions.FromEnvironment"/>.</summary>
    /// <exception cref="ApiConfigurationException">A variable holds what cannot be sent.</exception>
    public OpenAIClient() : this(OpenAIClientOptions.FromEnvironment())
    {
    }

    /// <summary>A client with settings of one's own.</summary>
    /// <exception cref="ApiConfigurationException">A setting makes no sense.</exception>
    public OpenAIClient(OpenAIClientOptions options)
    {
        Guard.NotNull(options, nameof(options));
        _options = options.Snapshot();
        _transport = new Transport(_options);
        Completions = new(this, "completions");
        Chat = new(this, "chat/completions");
        Responses = new(this);
        Models = new(this);
        Assistants = new(this);
        Audio = new(this);
        Images = new(this, "images/generations");
    }

    /// <summary>Text completions: <c>POST /completions</c>.</summary>
    public StreamingEndpoint<CompletionRequest, Completion, Completion> Completions { get; }

    /// <summary>Chat completions: <c>POST /chat/completions</c>.</summary>
    public StreamingEndpoint<ChatCompletionRequest, ChatCompletion, ChatCompletionChunk> Chat { get; }

    /// <summary>Responses: <c>POST /responses</c>.</summary>
    public ResponsesEndpoint Responses { get; }

    /// <summary>The models that the service offers: <c>GET /models</c>.</summary>
    public ModelsEndpoint Models { get; }

    /// <summary>Assistants: <c>POST /threads/{id}/runs</c> and <c>POST /threads/runs</c>.</summary>
    public AssistantsEndpoint Assistants { get; }

    /// <summary>Audio: speech and transcriptions.</summary>
    public AudioEndpoints Audio { get; }

    /// <summary>Images: <c>POST /images/generations</c>.</summary>
    public StreamingEndpoint<ImageRequest, ImageResult, ImageEvent> Images { get; }

    /// <summary>A stream from an address that is not modelled here, as objects or as the events themselves.</summary>
    /// <typeparam name="T">
    /// <see cref="ServerSentEvent"/>, <see cref="JsonMap"/>, <see cref="AssistantEvent"/>, or another model of a chunk.
    /// </typeparam>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path behind the base address.</param>
    /// <param name="body">What to send: a model, or what <see cref="JsonMap"/> takes; null for nothing.</param>
    /// <param name="cancellationToken">Ends the call, its stream included.</param>
    /// <exception cref="ApiException">The service refused, or the network failed.</exception>
    /// <exception cref="ArgumentException">The path leads away from the base address, or <typeparamref name="T"/> is no chunk.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public SseStream<T> Stream<T>(HttpMethod method, string path, JsonModel? body = null, CancellationToken cancellationToken = default)
        where T : class, new() => Blocking.Run(() => StreamAsync<T>(method, path, body, null, cancellationToken));

    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path behind the base address.</param>
    /// <param name="body">What to send; null for nothing.</param>
    /// <param name="options">What this call does otherwise.</param>
    /// <param name="cancellationToken">Ends the call, its stream included.</param>
    /// <inheritdoc cref="Stream{T}(HttpMethod, string, JsonModel?, CancellationToken)"/>
    public SseStream<T> Stream<T>(
        HttpMethod method, string path, JsonModel? body, RequestOptions? options, CancellationToken cancellationToken = default)
        where T : class, new() => Blocking.Run(() => StreamAsync<T>(method, path, body, options, cancellationToken));

    /// <inheritdoc cref="Stream{T}(HttpMethod, string, JsonModel?, CancellationToken)"/>
    public Task<SseStream<T>> StreamAsync<T>(
        HttpMethod method, string path, JsonModel? body = null, CancellationToken cancellationToken = default)
        where T : class, new() => StreamAsync<T>(method, path, body, null, cancellationToken);

    /// <inheritdoc cref="Stream{T}(HttpMethod, string, JsonModel?, RequestOptions?, CancellationToken)"/>
    public Task<SseStream<T>> StreamAsync<T>(
        HttpMethod method, string path, JsonModel? body, RequestOptions? options, CancellationToken cancellationToken = default)
        where T : class, new()
    {
        Guard.NotNull(method, nameof(method));
        Guard.NotNull(path, nameof(path));
        return OpenAsync(
            new ApiRequest(method, path.TrimStart('/'), body is null ? null : JsonModelWriter.ToUtf8(body), true, options) { Model = body?.Find("model") as string, Fields = body },
            Decoders.For<T>(),
            cancellationToken);
    }

    /// <summary>Ends the client's calls, those of open streams included, and closes its connections. Does nothing the second time.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _closing.Cancel();
            _transport.Dispose();
            _closing.Dispose();
        }
    }

    internal OpenAIClientOptions Options => _options;

    /// <summary>Opens a response as a stream of chunks.</summary>
    /// <param name="request">The request.</param>
    /// <param name="decoder">Reads the chunks.</param>
    /// <param name="cancellationToken">Ends the call, its stream included.</param>
    /// <param name="resumption">Goes on with the stream where it breaks; null where that cannot be.</param>
    internal Task<SseStream<T>> OpenAsync<T>(
        ApiRequest request, ChunkDecoder<T> decoder, CancellationToken cancellationToken, ResponseResumption? resumption = null)
        where T : class =>
        OpenAsync(
            request,
            async (message, call) => new SseStream<T>(
                await OpenResponse.OpenAsync(message, call, _options.MaxEventBytes, Reopening(resumption, call)).ConfigureAwait(false), decoder),
            cancellationToken);

    /// <summary>The response's body as bytes, whatever they are.</summary>
    internal Task<BodyStream> OpenBytesAsync(ApiRequest request, CancellationToken cancellationToken) =>
        OpenAsync(request, BodyStream.OpenAsync, cancellationToken);

    /// <param name="request">The request.</param>
    /// <param name="open">Takes the response, or disposes it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    private async Task<T> OpenAsync<T>(ApiRequest request, Func<HttpResponseMessage, Call, Task<T>> open, CancellationToken cancellationToken)
    {
        var call = NewCall(request, cancellationToken);
        try
        {
            var message = await _transport.SendAsync(request, call).ConfigureAwait(false);
            return await open(message, call).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            call.Telemetry?.End(exception.ToStreamEnd(), exception);
            call.Dispose();
            throw;
        }
    }

    private Func<ApiConnectionException, Task<HttpResponseMessage?>>? Reopening(ResponseResumption? resumption, Call call) =>
        resumption is null ? null : async broken =>
            await resumption.NextAsync(broken, call).ConfigureAwait(false) is ApiRequest next
                ? await _transport.SendAsync(next, call).ConfigureAwait(false)
                : null;

    internal async Task<T> AskAsync<T>(ApiRequest request, CancellationToken cancellationToken) where T : JsonModel, new()
    {
        using var call = NewCall(request, cancellationToken);
        try
        {
            using var message = await _transport.SendAsync(request, call).ConfigureAwait(false);
            var answer = await WholeAnswer.ReadAsync<T>(message, call).ConfigureAwait(false);
            call.Telemetry?.ObserveWhole(answer);
            return answer;
        }
        catch (Exception exception)
        {
            call.Telemetry?.End(exception.ToStreamEnd(), exception);
            throw;
        }
    }

    private Call NewCall(ApiRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return _isDisposed == 0
                ? new Call(_options, cancellationToken, _closing.Token, CallTelemetry.Start(request.Path, request.Stream, request.Model, request.Fields, _options))
                : throw new ObjectDisposedException(nameof(OpenAIClient));
        }
        catch (ObjectDisposedException)
        {
            throw new ObjectDisposedException(nameof(OpenAIClient));
        }
    }
}
