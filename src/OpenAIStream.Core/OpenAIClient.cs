namespace OpenAIStream;

/// <summary>
/// The front door: one client for one service and one identity, made once and used for as long as wanted, from any thread.
/// Its members are virtual so that tests can fake it: derive from it and from its endpoints, and override what they call.
/// </summary>
public class OpenAIClient : IDisposable
{
    private readonly OpenAIClientOptions? _options;
    private readonly Transport? _transport;
    private readonly CancellationTokenSource _closing = new();
    private int _isDisposed;

    /// <summary>A client with these options.</summary>
    /// <param name="options">Where to send requests and with which credential; null reads <see cref="OpenAIClientOptions.FromEnvironment"/>.</param>
    /// <exception cref="ApiConfigurationException">A setting or a variable makes no sense.</exception>
    public OpenAIClient(OpenAIClientOptions? options = null) : this()
    {
        _options = (options ?? OpenAIClientOptions.FromEnvironment()).Snapshot();
        _transport = new Transport(_options, SocketHandler.Over(_options));
    }

    /// <summary>A client that sends nothing, for fakes in tests. It reads no environment variables.</summary>
    protected OpenAIClient()
    {
        Completions = new(this, "completions");
        Chat = new(this, "chat/completions");
        Responses = new(this);
        Models = new(this);
        Assistants = new(this);
        Audio = new(this);
        Images = new ImagesEndpoint(this);
    }

    /// <summary>The address that requests go to, as it may be shown: without user information and without the values of parameters that carry keys.</summary>
    public virtual Uri BaseAddress => Secrets.Shown(Options.BaseAddress);

    /// <summary>
    /// The address of the proxy that requests go through, without its credentials: that of the options, else the
    /// environment's. Null where there is none, or where the system's settings hold.
    /// </summary>
    public virtual Uri? ProxyAddress => Options.EffectiveProxy is null ? null : Options.ProxyFor(Options.BaseAddress);

    /// <summary>Text completions: <c>POST /completions</c>.</summary>
    public virtual StreamingEndpoint<CompletionRequest, Completion, Completion> Completions { get; }

    /// <summary>Chat completions: <c>POST /chat/completions</c>.</summary>
    public virtual StreamingEndpoint<ChatCompletionRequest, ChatCompletion, ChatCompletionChunk> Chat { get; }

    /// <summary>Responses: <c>POST /responses</c>.</summary>
    public virtual ResponsesEndpoint Responses { get; }

    /// <summary>The models that the service offers: <c>GET /models</c>.</summary>
    public virtual ModelsEndpoint Models { get; }

    /// <summary>Assistants: <c>POST /threads/{id}/runs</c> and <c>POST /threads/runs</c>.</summary>
    public virtual AssistantsEndpoint Assistants { get; }

    /// <summary>Audio: speech and transcriptions.</summary>
    public virtual AudioEndpoints Audio { get; }

    /// <summary>Images: <c>POST /images/generations</c>, or <c>POST /images/edits</c> for a request with images to edit.</summary>
    public virtual StreamingEndpoint<ImageRequest, ImageResult, ImageEvent> Images { get; }

    /// <summary>A stream from an address that is not modelled here, as objects or as the events themselves.</summary>
    /// <typeparam name="T">
    /// <see cref="ServerSentEvent"/>, <see cref="JsonMap"/>, <see cref="AssistantEvent"/>, or another model of a chunk.
    /// </typeparam>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path behind the base address.</param>
    /// <param name="body">The body to send: a model, or what <see cref="JsonMap"/> takes; null for none.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call, its stream included.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="ArgumentException">The path leads away from the base address, or <typeparamref name="T"/> is no chunk.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual SseStream<T> Stream<T>(
        HttpMethod method, string path, JsonModel? body = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
        where T : class => Blocking.Run(() => StreamAsync<T>(method, path, body, options, cancellationToken));

    /// <inheritdoc cref="Stream{T}"/>
    public virtual Task<SseStream<T>> StreamAsync<T>(
        HttpMethod method, string path, JsonModel? body = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
        where T : class
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
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the client's calls and closes its connections.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _closing.Cancel();
            _transport?.Dispose();
            _closing.Dispose();
        }
    }

    internal OpenAIClientOptions Options => _options ?? throw NotFaked(this);

    /// <summary>What a member throws that a fake has not overridden.</summary>
    internal static NotSupportedException NotFaked(object fake) =>
        new($"{fake.GetType().Name} sends no requests: it was made without a client's options. Override the member that was called.");

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
                await OpenResponse.OpenAsync(message, call, Options.MaxEventBytes, Reopening(resumption, call), decoder.TakesMedia).ConfigureAwait(false), decoder),
            cancellationToken,
            resumption is null || decoder.Position.ResponseId is not string id ? null : call => resumption.SendAsync(id, request, call, next => Transport.SendAsync(next, call)));

    /// <summary>The response's body as audio.</summary>
    internal Task<Stream> OpenAudioAsync(ApiRequest request, CancellationToken cancellationToken) =>
        OpenAsync(request, (message, call) => BodyStream.OpenAsync(message, call, Options.MaxEventBytes), cancellationToken);

    /// <param name="request">The request.</param>
    /// <param name="open">Takes the response, or disposes it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <param name="send">Sends the request where that takes more than once.</param>
    private async Task<T> OpenAsync<T>(
        ApiRequest request, Func<HttpResponseMessage, Call, Task<T>> open, CancellationToken cancellationToken, Func<Call, Task<HttpResponseMessage>>? send = null)
    {
        var call = NewCall(request, cancellationToken);
        try
        {
            var message = await (send is null ? Transport.SendAsync(request, call) : send(call)).ConfigureAwait(false);
            return await open(message, call).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            call.Dispose();
            throw Ended(call, exception).Rethrow();
        }
    }

    private Func<ApiConnectionException, Task<HttpResponseMessage?>>? Reopening(ResponseResumption? resumption, Call call) =>
        resumption is null ? null : broken => resumption.ReopenAsync(broken, call, next => Transport.SendAsync(next, call));

    internal async Task<T> AskAsync<T>(ApiRequest request, CancellationToken cancellationToken) where T : JsonModel, new()
    {
        using var call = NewCall(request, cancellationToken);
        try
        {
            using var message = await Transport.SendAsync(request, call).ConfigureAwait(false);
            var answer = await WholeAnswer.ReadAsync<T>(message, call, Options.MaxEventBytes, request.Fields).ConfigureAwait(false);
            call.Telemetry?.ObserveWhole(answer);
            return answer;
        }
        catch (Exception exception)
        {
            throw Ended(call, exception).Rethrow();
        }
    }

    /// <summary>Notes that a call ended without an answer. Returns the exception to throw.</summary>
    private static Exception Ended(Call call, Exception exception)
    {
        var reason = exception as ApiException ?? ConnectionErrors.OfMemory(exception) ?? exception;
        call.Telemetry?.End(reason.ToStreamEnd(), reason);
        return reason;
    }

    private Transport Transport => _transport ?? throw NotFaked(this);

    private Call NewCall(ApiRequest request, CancellationToken cancellationToken)
    {
        if (request.Options is { DryRun: true })
        {
            throw new RequestNotSentException(Transport.Describe(request));
        }

        try
        {
            if (_isDisposed == 0)
            {
                var telemetry = CallTelemetry.Start(request.Path, request.Stream, request.Model, request.Fields, Options);
                return new Call(Options, cancellationToken, _closing.Token, telemetry, request.Options) { Continuation = request.Continuation };
            }

            throw new ObjectDisposedException(nameof(OpenAIClient));
        }
        catch (ObjectDisposedException)
        {
            throw new ObjectDisposedException(nameof(OpenAIClient));
        }
    }
}
