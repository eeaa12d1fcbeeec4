namespace OpenAIStream;

/// <summary>The Responses API: answers whole or as a stream, and those that run on at the service without a connection.</summary>
public sealed class ResponsesEndpoint : StreamingEndpoint<ResponseRequest, Response, ResponseEvent>
{
    private const string Path = "responses";

    internal ResponsesEndpoint(OpenAIClient client)
        : base(client, Path, static () => new ResponseDecoder<ResponseEvent>(ResponseEventTypes.Shape))
    {
    }

    /// <summary>A response as it is now.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public Response Get(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(GetAsync(id, options, cancellationToken));

    /// <summary>A response as it is now.</summary>
    /// <param name="id">The response's id.</param>
    /// <param name="options">What this call does otherwise.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ApiException">The service refused, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public Task<Response> GetAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskAsync<Response>(new ApiRequest(HttpMethod.Get, PathOf(id), null, false, options), cancellationToken);

    /// <summary>Goes on with the stream of a background response.</summary>
    /// <inheritdoc cref="ResumeStreamingAsync"/>
    public SseStream<ResponseEvent> ResumeStreaming(
        string id, long? startingAfter = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ResumeStreamingAsync(id, startingAfter, options, cancellationToken));

    /// <summary>Goes on with the stream of a background response.</summary>
    /// <param name="id">The response's id.</param>
    /// <param name="startingAfter">The sequence number of the last event that is known; null begins at the first.</param>
    /// <param name="options">What this call does otherwise.</param>
    /// <param name="cancellationToken">Ends the call, its stream included.</param>
    /// <exception cref="ApiException">The service refused, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public Task<SseStream<ResponseEvent>> ResumeStreamingAsync(
        string id, long? startingAfter = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        string path = PathOf(id) + "?stream=true" + (startingAfter is long number ? FormattableString.Invariant($"&starting_after={number}") : "");
        return Client.OpenAsync(
            new ApiRequest(HttpMethod.Get, path, null, true, options),
            new ResponseDecoder<ResponseEvent>(ResponseEventTypes.Shape),
            cancellationToken);
    }

    private static string PathOf(string id)
    {
        Guard.NotNull(id, nameof(id));
        return $"{Path}/{Uri.EscapeDataString(id)}";
    }
}
