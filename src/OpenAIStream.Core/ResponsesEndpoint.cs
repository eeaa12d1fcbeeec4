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
        : base(client, Path)
    {
    }

    /// <summary>A response as it is now.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public virtual Response Get(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => GetAsync(id, options, cancellationToken));

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
        Blocking.Run(() => ResumeStreamingAsync(id, startingAfter, options, cancellationToken));

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
        return await Client.OpenAsync(
            ResponseResumption.Request(id, startingAfter, options), decoder, cancellationToken, NewResumption(decoder, options)).ConfigureAwait(false);
    }

    /// <summary>
    /// Asks for a stream and waits until it is open. That of a background response goes on by itself where it broke, unless
    /// <see cref="RequestOptions.NoResume"/> says otherwise: no event is lost, none comes twice.
    /// </summary>
    /// <inheritdoc/>
    public override Task<SseStream<ResponseEvent>> CreateStreamingAsync(
        ResponseRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var decoder = NewDecoder();
        return Client.OpenAsync(
            ToApiRequest(request, true, options), decoder, cancellationToken, request.Background == true ? NewResumption(decoder, options) : null);
    }

    private ResponseResumption? NewResumption(ResponseDecoder<ResponseEvent> decoder, RequestOptions? options) =>
        options?.NoResume == true ? null : new ResponseResumption(Client.Options, decoder, options);

    private static ResponseDecoder<ResponseEvent> NewDecoder() => (ResponseDecoder<ResponseEvent>)Decoders.For<ResponseEvent>();

    private static string PathOf(string id)
    {
        Guard.NotNull(id, nameof(id));
        return $"{Path}/{Uri.EscapeDataString(id)}";
    }
}
