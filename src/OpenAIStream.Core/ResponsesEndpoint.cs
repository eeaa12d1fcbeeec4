namespace OpenAIStream;

/// <summary>The Responses API: responses as a whole or as a stream, and background responses, which continue without a connection.</summary>
public partial class ResponsesEndpoint : StreamingEndpoint<ResponseRequest, Response, ResponseEvent>
{
    private const string Path = "responses";
    private const string EncryptedReasoning = "reasoning.encrypted_content";

    private readonly HashSet<string> _withoutReasoning = []; // models that refuse to encrypt reasoning

    /// <inheritdoc/>
    protected ResponsesEndpoint()
    {
    }

    internal ResponsesEndpoint(OpenAIClient client)
        : base(client, Path)
    {
    }

    /// <summary>Resumes the stream of a background response.</summary>
    /// <inheritdoc cref="ResumeStreamingAsync"/>
    public virtual SseStream<ResponseEvent> ResumeStreaming(
        string id, long? startingAfter = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => ResumeStreamingAsync(id, startingAfter, options, cancellationToken));

    /// <summary>Resumes the stream of a background response.</summary>
    /// <param name="id">The id of the response.</param>
    /// <param name="startingAfter">The sequence number of the last known event; null begins with the first event.</param>
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
    /// Sends a request and waits for the whole response. If the service should not store the response, encrypted reasoning
    /// is requested, which is sent back with the results of tools and with the next request. A request for a background
    /// response, or for one that is added to a conversation, is not retried if the service may have received it.
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
    /// output; the first request continues from its id (<see cref="ResponseRequest.PreviousResponseId"/>).
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiConfigurationException">The client uses HTTP, which does not support this.</exception>
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
    /// Sends a request and waits until its stream is open; encrypted reasoning is requested as by <see
    /// cref="CreateAsync"/>, and the same requests are not retried. The stream of a background response is resumed automatically if it breaks, unless <see
    /// cref="RequestOptions.NoResume"/> is set: no event is lost or repeated.
    /// </summary>
    /// <inheritdoc/>
    public override Task<SseStream<ResponseEvent>> CreateStreamingAsync(
        ResponseRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        return AskForReasoningAsync(request, asked =>
        {
            var decoder = NewDecoder();
            decoder.IsResumable = asked.Background == true;
            return Client.OpenAsync(
                ToApiRequest(asked, true, options), decoder, cancellationToken, decoder.IsResumable ? NewResumption(decoder, options) : null);
        });
    }

    private protected override ApiRequest ToApiRequest(ResponseRequest request, bool stream, RequestOptions? options)
    {
        // A repetition would leave a second response running, or add to the conversation twice.
        var toSend = base.ToApiRequest(request, stream, options) with { IsRepeatable = request.Background != true && request.Conversation is null };
        return request.KnownContext is not { } context ? toSend : toSend with
        {
            Continuation = new RequestContinuation(context.ParentId, request.Store == false ? () => request.WithNewInput(context).ToBody(stream) : null),
        };
    }

    /// <summary>Sends the request; if the service no longer has what it continues from, sends it again with the whole conversation.</summary>
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
                _withoutReasoning.Add(model); // a model without reasoning
            }

            return await ask(request).ConfigureAwait(false);
        }
    }

    private ResponseResumption? NewResumption(ResponseDecoder<ResponseEvent> decoder, RequestOptions? options) =>
        options?.NoResume == true ? null : new ResponseResumption(Client.Options, decoder, options);

    private static ResponseDecoder<ResponseEvent> NewDecoder() => (ResponseDecoder<ResponseEvent>)Decoders.For<ResponseEvent>();
}
