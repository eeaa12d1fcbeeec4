namespace OpenAIStream;

/// <summary>The Responses API: answers whole or as a stream, and those that run on at the service without a connection.</summary>
public class ResponsesEndpoint : StreamingEndpoint<ResponseRequest, Response, ResponseEvent>
{
    private const string Path = "responses";

    /// <inheritdoc/>
    protected ResponsesEndpoint()
    {
    }

    internal ResponsesEndpoint(OpenAIClient client)
        : base(client, Path, NewDecoder)
    {
    }

    /// <summary>A response as it is now.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public virtual Response Get(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(GetAsync(id, options, cancellationToken));

    /// <summary>A response as it is now.</summary>
    /// <param name="id">The response's id.</param>
    /// <param name="options">What this call does otherwise.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ApiException">The service refused, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public virtual Task<Response> GetAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskAsync<Response>(new ApiRequest(HttpMethod.Get, PathOf(id), null, false, options), cancellationToken);

    /// <summary>Goes on with the stream of a background response.</summary>
    /// <inheritdoc cref="ResumeStreamingAsync"/>
    public virtual SseStream<ResponseEvent> ResumeStreaming(
        string id, long? startingAfter = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ResumeStreamingAsync(id, startingAfter, options, cancellationToken));

    /// <summary>Goes on with the stream of a background response.</summary>
    /// <param name="id">The response's id.</param>
    /// <param name="startingAfter">The sequence number of the last event that is known; null begins at the first.</param>
    /// <param name="options">What this call does otherwise.</param>
    /// <param name="cancellationToken">Ends the call, its stream included.</param>
    /// <exception cref="ApiException">The service refused, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public virtual async Task<SseStream<ResponseEvent>> ResumeStreamingAsync(
        string id, long? startingAfter = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var decoder = NewDecoder();
        decoder.Begin(id, startingAfter);
        var stream = await Client.OpenAsync(ResumeRequest(id, startingAfter, options), decoder, cancellationToken).ConfigureAwait(false);
        return GoOnWhenBroken(stream, decoder, options, cancellationToken);
    }

    /// <summary>
    /// Asks for a stream and waits until it is open. That of a background response goes on by itself where it broke, unless
    /// <see cref="RequestOptions.NoResume"/> says otherwise: no event is lost, none comes twice.
    /// </summary>
    /// <inheritdoc/>
    public override async Task<SseStream<ResponseEvent>> CreateStreamingAsync(
        ResponseRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (request?.Background != true)
        {
            return await base.CreateStreamingAsync(request!, options, cancellationToken).ConfigureAwait(false);
        }

        var decoder = NewDecoder();
        var stream = await Client.OpenAsync(ToApiRequest(request, true, options), decoder, cancellationToken).ConfigureAwait(false);
        return GoOnWhenBroken(stream, decoder, options, cancellationToken);
    }

    internal static ApiRequest ResumeRequest(string id, long? startingAfter, RequestOptions? options)
    {
        string query = startingAfter is long number ? FormattableString.Invariant($"?stream=true&starting_after={number}") : "?stream=true";
        return new ApiRequest(HttpMethod.Get, PathOf(id) + query, null, true, options);
    }

    private SseStream<ResponseEvent> GoOnWhenBroken(
        SseStream<ResponseEvent> stream, ResponseDecoder<ResponseEvent> decoder, RequestOptions? options, CancellationToken cancellationToken)
    {
        if (options?.NoResume != true)
        {
            stream.Resume = new ResponseResumption(Client, decoder, options, cancellationToken).ReopenAsync;
        }

        return stream;
    }

    private static ResponseDecoder<ResponseEvent> NewDecoder() => new(ResponseEventTypes.Shape);

    private static string PathOf(string id)
    {
        Guard.NotNull(id, nameof(id));
        return $"{Path}/{Uri.EscapeDataString(id)}";
    }
}
