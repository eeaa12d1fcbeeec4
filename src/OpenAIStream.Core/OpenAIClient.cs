using System.Net;

namespace OpenAIStream;

/// <summary>
/// The entry point: one client for one service and one identity. Create it once and use it as long as you like, from any
/// thread. Its members are virtual so that tests can fake it: derive from it and from its endpoints, and override the
/// members that the test calls.
/// </summary>
public partial class OpenAIClient : IDisposable
{
    private readonly OpenAIClientOptions? _options;
    private readonly Transport? _transport;
    private readonly CancellationTokenSource _closing = new();
    private int _isDisposed;

    /// <summary>Creates a client with these options.</summary>
    /// <param name="options">Where to send requests and with which credential; null reads <see cref="OpenAIClientOptions.FromEnvironment"/>.</param>
    /// <exception cref="ApiConfigurationException">A setting or a variable is not valid.</exception>
    public OpenAIClient(OpenAIClientOptions? options = null) : this()
    {
        _options = (options ?? OpenAIClientOptions.FromEnvironment()).Snapshot();
        _transport = new Transport(_options, SocketHandler.Over(_options));
    }

    /// <summary>Creates a client that sends nothing, for fakes in tests. It reads no environment variables.</summary>
    protected OpenAIClient()
    {
        Completions = new(this, "completions");
        Chat = new(this, "chat/completions");
        Responses = new(this);
        Conversations = new(this);
        Models = new(this);
        Assistants = new(this);
        Audio = new(this);
        Images = new ImagesEndpoint(this);
        Files = new FilesEndpoint(this);
        Batches = new BatchesEndpoint(this);
    }

    /// <summary>
    /// The address of the service in a form that can be shown: without user information and without the values of
    /// parameters that carry keys.
    /// </summary>
    public virtual Uri BaseAddress => Secrets.Shown(Options.BaseAddress);

    /// <summary>
    /// The address of the proxy, without its credentials: that of the options, otherwise that of the environment. Null if
    /// there is none, or if the settings of the system apply.
    /// </summary>
    public virtual Uri? ProxyAddress => Options.EffectiveProxy is null ? null : Options.ProxyFor(Options.BaseAddress);

    /// <summary>Text completions: <c>POST /completions</c>.</summary>
    public virtual StreamingEndpoint<CompletionRequest, Completion, Completion> Completions { get; }

    /// <summary>Chat completions: <c>POST /chat/completions</c>.</summary>
    public virtual StreamingEndpoint<ChatCompletionRequest, ChatCompletion, ChatCompletionChunk> Chat { get; }

    /// <summary>Responses: <c>POST /responses</c>.</summary>
    public virtual ResponsesEndpoint Responses { get; }

    /// <summary>Conversations that the service stores: <c>/conversations</c>.</summary>
    public virtual ConversationsEndpoint Conversations { get; }

    /// <summary>The models of the service: <c>GET /models</c>.</summary>
    public virtual ModelsEndpoint Models { get; }

    /// <summary>Assistants: <c>POST /threads/{id}/runs</c> and <c>POST /threads/runs</c>.</summary>
    public virtual AssistantsEndpoint Assistants { get; }

    /// <summary>Audio: speech and transcriptions.</summary>
    public virtual AudioEndpoints Audio { get; }

    /// <summary>Images: <c>POST /images/generations</c>, or <c>POST /images/edits</c> for a request with images to edit.</summary>
    public virtual StreamingEndpoint<ImageRequest, ImageResult, ImageEvent> Images { get; }

    /// <summary>Files that are stored at the service: <c>/files</c>, and <c>/uploads</c> for large ones.</summary>
    public virtual FilesEndpoint Files { get; }

    /// <summary>Batches of requests that the service answers within a day: <c>/batches</c>.</summary>
    public virtual BatchesEndpoint Batches { get; }

    /// <summary>Ends the calls of the client, including open streams, and closes its connections. Further calls do nothing.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the calls of the client and closes its connections.</summary>
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

    /// <summary>The exception of a member that a fake has not overridden.</summary>
    internal static NotSupportedException NotFaked(object fake) =>
        new($"{fake.GetType().Name} sends no requests, because it was created without the options of a client. Override the member that was called.");

    /// <summary>Opens a response as a stream of chunks.</summary>
    /// <param name="request">The request.</param>
    /// <param name="decoder">Reads the chunks.</param>
    /// <param name="cancellationToken">Cancels the call, including its stream.</param>
    /// <param name="resumption">Resumes the stream if it breaks; null if that is not possible.</param>
    internal Task<SseStream<T>> OpenAsync<T>(
        ApiRequest request, ChunkDecoder<T> decoder, CancellationToken cancellationToken, ResponseResumption? resumption = null)
        where T : class =>
        OpenAsync(
            request,
            async (message, call) => new SseStream<T>(
                await OpenResponse.OpenAsync(message, call, Options.MaxEventBytes, Reopening(resumption, call), decoder.TakesMedia).ConfigureAwait(false), decoder),
            cancellationToken,
            resumption is null || decoder.Position.ResponseId is not string id ? null : call => resumption.SendAsync(id, request, call, next => Transport.SendAsync(next, call)));

    /// <summary>The body of the response as audio.</summary>
    internal Task<Stream> OpenAudioAsync(ApiRequest request, CancellationToken cancellationToken) =>
        OpenAsync(request, (message, call) => BodyStream.OpenAsync(message, call, Options.MaxEventBytes), cancellationToken);

    /// <param name="request">The request.</param>
    /// <param name="open">Takes the response, or disposes it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <param name="send">Sends the request if that takes more than one attempt.</param>
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

    internal Task<T> AskAsync<T>(ApiRequest request, CancellationToken cancellationToken) where T : JsonModel, new() =>
        RunAsync(
            request,
            async call =>
            {
                using var message = await Transport.SendAsync(request, call).ConfigureAwait(false);
                try
                {
                    var answer = await WholeAnswer.ReadAsync<T>(message, call, Options.MaxEventBytes, request.Fields, request.MayHaveFailed).ConfigureAwait(false);
                    call.Telemetry?.ObserveWhole(answer);
                    return answer;
                }
                catch (ApiConnectionException lost)
                {
                    lost.MayHaveActed = call.IsSentOnce;
                    throw;
                }
            },
            cancellationToken);

    /// <summary>
    /// Asks the service to delete something. If the service returns nothing, it has deleted it; and so has an earlier
    /// attempt whose answer did not arrive, if there is nothing to delete any more.
    /// </summary>
    /// <exception cref="ApiException">The service refused, or reports that it deleted nothing.</exception>
    internal Task DeleteAsync(ApiRequest request, CancellationToken cancellationToken) =>
        RunAsync(
            request,
            async call =>
            {
                try
                {
                    using var message = await Transport.SendAsync(request, call).ConfigureAwait(false);
                    if (message.StatusCode == HttpStatusCode.NoContent || message.Content.Headers.ContentLength == 0)
                    {
                        return true;
                    }

                    var answer = await WholeAnswer.ReadAsync<JsonMap>(message, call, Options.MaxEventBytes, null).ConfigureAwait(false);
                    return answer.Find("deleted") is not false ? true : throw new ApiException("The service reported that it deleted nothing.")
                    {
                        Body = answer.ToJson(),
                        RequestId = ResponseHeaders.RequestId(message, call.Secrets),
                    };
                }
                catch (NotFoundException) when (call.MayHaveActed)
                {
                    return true;
                }
            },
            cancellationToken);

    /// <summary>Waits until a response has ended.</summary>
    internal Task<Response> WaitAsync(string id, RequestOptions? options, CancellationToken cancellationToken) =>
        RunAsync(
            new ApiRequest(HttpMethod.Get, ResponsePolling.PathOf(id), null, false, options),
            call => new ResponsePolling(Options, options).WaitAsync<Response, Response>(
                id,
                call,
                next => Transport.SendAsync(next, call),
                (response, message) =>
                {
                    call.Telemetry?.ObserveWhole(response);
                    return WholeAnswer.ErrorIn(response, () => response.ToJson()) is not ApiError failed ? response
                        : throw WholeAnswer.ToException(failed, response, ResponseHeaders.RequestId(message, call.Secrets), call.Secrets);
                }),
            cancellationToken);

    /// <summary>Waits until an object at the service has ended, or is ready.</summary>
    internal Task<T> WaitAsync<T>(string path, string id, Action<T>? seen, RequestOptions? options, CancellationToken cancellationToken) where T : JsonModel, new() =>
        RunAsync(
            new ApiRequest(HttpMethod.Get, path, null, false, options),
            call => new ResponsePolling(Options, options).WaitAsync<T, T>(
                id, call, next => Transport.SendAsync(next, call), static (ended, _) => ended, path, seen),
            cancellationToken);

    private async Task<T> RunAsync<T>(ApiRequest request, Func<Call, Task<T>> run, CancellationToken cancellationToken)
    {
        using var call = NewCall(request, cancellationToken);
        try
        {
            return await run(call).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            throw Ended(call, exception).Rethrow();
        }
    }

    /// <summary>Records that a call ended without an answer. Returns the exception to throw.</summary>
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
                var telemetry = CallTelemetry.Start(request.Method, request.Path, request.Stream, request.Model, request.Fields, Options);
                return new Call(Options, cancellationToken, _closing.Token, telemetry, request.Options) { Continuation = request.Continuation, IsRepeatable = request.IsRepeatable };
            }

            throw new ObjectDisposedException(nameof(OpenAIClient));
        }
        catch (ObjectDisposedException)
        {
            throw new ObjectDisposedException(nameof(OpenAIClient));
        }
    }
}
