namespace OpenAIStream;

/// <summary>The Responses API: answers whole or as a stream, and those that run on at the service without a connection.</summary>
public partial class ResponsesEndpoint : StreamingEndpoint<ResponseRequest, Response, ResponseEvent>
{
    private const string Path = "responses";
    private const string EncryptedReasoning = "reasoning.encrypted_content";

    private readonly HashSet<string> _withoutReasoning = []; // models that refuse to encrypt any

    /// <inheritdoc/>
    protected ResponsesEndpoint()
    {
    }

    internal ResponsesEndpoint(OpenAIClient client)
        : base(client, Path)
    {
    }

    /// <summary>Goes on with the stream of a background response.</summary>
    /// <inheritdoc cref="ResumeStreamingAsync"/>
    public virtual SseStream<ResponseEvent> ResumeStreaming(
        string id, long? startingAfter = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => ResumeStreamingAsync(id, startingAfter, options, cancellationToken));

    /// <summary>Goes on with the stream of a background response.</summary>
    /// <param name="id">The response's id.</param>
    /// <param name="startingAfter">The sequence number of the last event that is known; null begins at the first.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call, including its stream.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual async Task<SseStream<ResponseEvent>> ResumeStreamingAsync(
        string id, long? startingAfter = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var decoder = NewDecoder();
        decoder.Begin(id, startingAfter);
        return await Client.OpenAsync(
            ResponseResumption.Request(id, startingAfter, options), decoder, cancellationToken, NewResumption(decoder, options)).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends a request and waits for the whole answer. A service that is not to store the response is asked for encrypted
    /// reasoning, which is sent back with the results of tools and with the next request.
    /// </summary>
    /// <inheritdoc/>
    public override Task<Response> CreateAsync(ResponseRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        AskForReasoningAsync(request, asked => base.CreateAsync(asked, options, cancellationToken));

    /// <summary>Prepares a conversation. Calls <see cref="WarmUpAsync"/>.</summary>
    /// <inheritdoc cref="WarmUpAsync"/>
    public virtual Response WarmUp(ResponseRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => WarmUpAsync(request, options, cancellationToken));

    /// <summary>
    /// Prepares a conversation: the service reads instructions, tools and input, and generates nothing. The response has no
    /// output; its id is what the first request goes on from (<see cref="ResponseRequest.PreviousResponseId"/>).
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiConfigurationException">The client asks over HTTP, which cannot do that.</exception>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<Response> WarmUpAsync(ResponseRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        Guard.NotNull(request, nameof(request));
        if (Client.Options is { Transport: TransportKind.Http, Handler: null or RecordingHandler })
        {
            throw new ApiConfigurationException($"A conversation can be warmed up only over a WebSocket. Set {nameof(OpenAIClientOptions.Transport)} to {nameof(TransportKind.WebSocket)} or {nameof(TransportKind.Auto)}.");
        }

        var warmUp = (ResponseRequest)request.Copy();
        warmUp["generate"] = false;
        return CreateAsync(warmUp, options, cancellationToken);
    }

    /// <summary>
    /// Asks for a stream and waits until it is open, for encrypted reasoning as <see cref="CreateAsync"/> does. That of a background response goes on by itself where it broke, unless
    /// <see cref="RequestOptions.NoResume"/> says otherwise: no event is lost, none comes twice.
    /// </summary>
    /// <inheritdoc/>
    public override Task<SseStream<ResponseEvent>> CreateStreamingAsync(
        ResponseRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        return AskForReasoningAsync(request, asked =>
        {
            var decoder = NewDecoder();
            return Client.OpenAsync(
                ToApiRequest(asked, true, options), decoder, cancellationToken, asked.Background == true ? NewResumption(decoder, options) : null);
        });
    }

    private protected override ApiRequest ToApiRequest(ResponseRequest request, bool stream, RequestOptions? options)
    {
        var toSend = base.ToApiRequest(request, stream, options);
        return request.KnownContext is not { } context ? toSend : toSend with
        {
            Continuation = new RequestContinuation(context.ParentId, request.Store == false ? () => request.WithNewInput(context).ToBody(stream) : null),
        };
    }

    /// <summary>Asks; where the service has lost what the request goes on from, once more with the whole conversation.</summary>
    private static async Task<T> AskAgainAsync<T>(ResponseRequest request, Func<ResponseRequest, Task<T>> ask)
    {
        try
        {
            return await ask(request).ConfigureAwait(false);
        }
        catch (ApiStatusException lost) when (lost.Code == "previous_response_not_found" && request.WithWholeInput() is ResponseRequest whole)
        {
            return await ask(whole).ConfigureAwait(false);
        }
    }

    private async Task<T> AskForReasoningAsync<T>(ResponseRequest request, Func<ResponseRequest, Task<T>> askOnce)
    {
        Guard.NotNull(request, nameof(request));
        Func<ResponseRequest, Task<T>> ask = asked => AskAgainAsync(asked, askOnce);
        string model = request.Model ?? "";
        bool adds = request.Store == false && !request.Include.Contains(EncryptedReasoning);
        lock (_withoutReasoning)
        {
            adds &= !_withoutReasoning.Contains(model);
        }

        if (!adds)
        {
            return await ask(request).ConfigureAwait(false);
        }

        var asked = (ResponseRequest)request.Copy();
        asked.Include = [.. request.Include, EncryptedReasoning];
        try
        {
            return await ask(asked).ConfigureAwait(false);
        }
        catch (BadRequestException refused) when (refused.Param == "include" || refused.Message.Contains("encrypted", StringComparison.OrdinalIgnoreCase))
        {
            lock (_withoutReasoning)
            {
                _withoutReasoning.Add(model); // a model that does not reason
            }

            return await ask(request).ConfigureAwait(false);
        }
    }

    private ResponseResumption? NewResumption(ResponseDecoder<ResponseEvent> decoder, RequestOptions? options) =>
        options?.NoResume == true ? null : new ResponseResumption(Client.Options, decoder, options);

    private static ResponseDecoder<ResponseEvent> NewDecoder() => (ResponseDecoder<ResponseEvent>)Decoders.For<ResponseEvent>();
}
