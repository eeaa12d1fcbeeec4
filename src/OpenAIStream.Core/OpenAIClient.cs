using System.Runtime.ExceptionServices;

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
        _transport = new Transport(_options);
    }

    /// <summary>A client that sends nothing, for fakes in tests. It reads no environment variables.</summary>
    protected OpenAIClient()
    {
        Completions = new(this, "completions", static () => new ChoiceDecoder<Completion>(Completion.Shape));
        Chat = new(this, "chat/completions", static () => new ChoiceDecoder<ChatCompletionChunk>(ChatCompletionChunk.Shape));
        Responses = new(this);
        Models = new(this);
        Assistants = new(this);
        Audio = new(this);
        Images = new(this, "images/generations", static () => new MediaDecoder<ImageEvent>(ImageEvent.Shape, ".completed"));
    }

    /// <summary>The address that requests go to.</summary>
    public virtual Uri BaseAddress => Options.BaseAddress;

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

    /// <summary>Images: <c>POST /images/generations</c>.</summary>
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
        where T : class, new() => Blocking.Wait(StreamAsync<T>(method, path, body, options, cancellationToken));

    /// <inheritdoc cref="Stream{T}"/>
    public virtual Task<SseStream<T>> StreamAsync<T>(
        HttpMethod method, string path, JsonModel? body = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, new()
    {
        Guard.NotNull(method, nameof(method));
        Guard.NotNull(path, nameof(path));
        return OpenAsync(
            new ApiRequest(method, path.TrimStart('/'), body is null ? null : JsonModelWriter.ToUtf8(body), true, options) { Model = body?.Find("model") as string },
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

    internal Task<SseStream<T>> OpenAsync<T>(ApiRequest request, ChunkDecoder<T> decoder, CancellationToken cancellationToken)
        where T : class =>
        OpenAsync(request, OpenResponse.OpenAsync, response => new SseStream<T>(response, decoder, Options.MaxEventBytes), cancellationToken);

    /// <summary>Opens a response's stream.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the call, its stream included.</param>
    /// <param name="continued">The call that this one goes on with, under the same total timeout.</param>
    internal Task<OpenResponse> OpenAsync(ApiRequest request, CancellationToken cancellationToken, Call? continued = null) =>
        OpenAsync(request, OpenResponse.OpenAsync, static response => response, cancellationToken, continued);

    /// <summary>The response's body as bytes, whatever they are.</summary>
    internal Task<OpenResponse> OpenBodyAsync(ApiRequest request, CancellationToken cancellationToken) =>
        OpenAsync(request, OpenResponse.OpenBodyAsync, static response => response, cancellationToken);

    private async Task<T> OpenAsync<T>(
        ApiRequest request,
        Func<HttpResponseMessage, Call, Task<OpenResponse>> open,
        Func<OpenResponse, T> take,
        CancellationToken cancellationToken,
        Call? continued = null)
    {
        var call = NewCall(cancellationToken, continued);
        HttpResponseMessage? message = null;
        try
        {
            message = await Transport.SendAsync(request, call).ConfigureAwait(false);
            return take(await open(message, call).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            var reason = message is null ? exception : Explain(exception, message, call);
            message?.Dispose();
            call.Dispose();
            ExceptionDispatchInfo.Capture(reason).Throw(); // with the stack that it has
            throw;
        }
    }

    internal async Task<T> AskAsync<T>(ApiRequest request, CancellationToken cancellationToken) where T : JsonModel, new()
    {
        using var call = NewCall(cancellationToken);
        using var message = await Transport.SendAsync(request, call).ConfigureAwait(false);
        byte[] body;
        try
        {
            body = await ResponseBody.ReadAsync(message, int.MaxValue, call).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            ExceptionDispatchInfo.Capture(Explain(exception, message, call)).Throw();
            throw;
        }

        return WholeAnswer.Read<T>(body, message, call.Secrets);
    }

    /// <summary>What went wrong after the headers had come.</summary>
    private static Exception Explain(Exception exception, HttpResponseMessage message, Call call)
    {
        var reason = exception as ApiException ?? ConnectionErrors.ExplainBody(exception, call);
        if (reason is ApiException error)
        {
            error.RequestId ??= ResponseHeaders.RequestId(message, call.Secrets);
        }

        return reason;
    }

    private Transport Transport => _transport ?? throw NotFaked(this);

    private Call NewCall(CancellationToken cancellationToken, Call? continued = null)
    {
        try
        {
            return _isDisposed == 0
                ? new Call(Options, cancellationToken, _closing.Token, continued)
                : throw new ObjectDisposedException(nameof(OpenAIClient));
        }
        catch (ObjectDisposedException)
        {
            throw new ObjectDisposedException(nameof(OpenAIClient));
        }
    }
}
