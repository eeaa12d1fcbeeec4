namespace OpenAIStream;

/// <content>Stored responses, and input before there is a response.</content>
public partial class ResponsesEndpoint
{
    // The fields that only affect the answer, not the input.
    private static readonly string[] OfAnswers =
    [
        "background", "background_options", "context_management", "include", "max_output_tokens", "max_tool_calls", "metadata", "moderation",
        "safety_identifier", "store", "stream_options", "temperature", "top_logprobs", "top_p", "user",
    ];

    private static readonly string[] NotCounted = [.. OfAnswers, "prompt_cache_key", "prompt_cache_options", "service_tier"];
    private static readonly string[] NotCompacted = [.. OfAnswers, "parallel_tool_calls", "reasoning", "text", "tool_choice", "tools"];

    /// <summary>Gets a response in its current state, whatever its status.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public virtual Response Get(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => GetAsync(id, options, cancellationToken));

    /// <summary>Gets a response in its current state, whatever its status.</summary>
    /// <param name="id">The id of the response.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<Response> GetAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskAsync<Response>(Of(HttpMethod.Get, id, "", options), cancellationToken);

    /// <summary>Waits until a response has ended. Calls <see cref="WaitAsync"/>.</summary>
    /// <inheritdoc cref="WaitAsync"/>
    public virtual Response Wait(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => WaitAsync(id, options, cancellationToken));

    /// <summary>
    /// Waits until a response has ended. It is requested after 0.5, 1 and 2 s, then at intervals of a tenth of the elapsed
    /// time, 4 to 60 s, unless the service specifies the interval (Retry-After). Each wait is reported by a <see
    /// cref="ResponsePending"/>. Canceling the call leaves the response running.
    /// </summary>
    /// <param name="id">The id of the response.</param>
    /// <param name="options">Per-call overrides of the client's options; the total timeout applies to the whole wait.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The response failed, the service refused a request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual async Task<Response> WaitAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Client.WaitAsync(id, options, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception)
        {
            exception.ResponseId ??= id;
            throw;
        }
    }

    /// <summary>Cancels a background response. Calls <see cref="CancelAsync"/>.</summary>
    /// <inheritdoc cref="CancelAsync"/>
    public virtual Response Cancel(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => CancelAsync(id, options, cancellationToken));

    /// <summary>Cancels a background response, and returns its new state. A response that has ended is not changed.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public virtual Task<Response> CancelAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskAsync<Response>(Of(HttpMethod.Post, id, "/cancel", options), cancellationToken);

    /// <summary>Deletes a stored response. Calls <see cref="DeleteAsync"/>.</summary>
    /// <inheritdoc cref="DeleteAsync"/>
    public virtual void Delete(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => DeleteAsync(id, options, cancellationToken));

    /// <summary>Deletes a stored response.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public virtual Task DeleteAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.DeleteAsync(Of(HttpMethod.Delete, id, "", options), cancellationToken);

    /// <summary>Gets a page of the input items of a response. Calls <see cref="ListInputItemsAsync"/>.</summary>
    /// <inheritdoc cref="ListInputItemsAsync"/>
    public virtual ListPage<ResponseItem> ListInputItems(
        string id, ResponseItemQuery? query = null, ListPage<ResponseItem>? after = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => ListInputItemsAsync(id, query, after, options, cancellationToken));

    /// <summary>Gets a page of the input items of a response: the first, or the one after another page.</summary>
    /// <param name="id">The id of the response.</param>
    /// <param name="query">Which items to get; null uses the defaults of the service.</param>
    /// <param name="after">The previous page; null gets the first page.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<ListPage<ResponseItem>> ListInputItemsAsync(
        string id, ResponseItemQuery? query = null, ListPage<ResponseItem>? after = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskForPageAsync(Of(HttpMethod.Get, id, "/input_items" + query?.ToQuery(), options), after, cancellationToken);

    /// <summary>Counts the tokens in the input of a request. Calls <see cref="CountInputTokensAsync"/>.</summary>
    /// <inheritdoc cref="CountInputTokensAsync"/>
    public virtual InputTokenCount CountInputTokens(ResponseRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => CountInputTokensAsync(request, options, cancellationToken));

    /// <summary>
    /// Counts the tokens in the input of a request, including tools and instructions, without calling a model. Settings
    /// that only affect the answer are not sent.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<InputTokenCount> CountInputTokensAsync(ResponseRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskAsync<InputTokenCount>(Of("responses/input_tokens", request, NotCounted, options), cancellationToken);

    /// <summary>Shortens a long context. Calls <see cref="CompactAsync"/>.</summary>
    /// <inheritdoc cref="CompactAsync"/>
    public virtual CompactedResponse Compact(ResponseRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => CompactAsync(request, options, cancellationToken));

    /// <summary>
    /// Shortens a long context: the returned items represent the input of the request and what it continues from, and are
    /// the input of the next request, without <see cref="ResponseRequest.PreviousResponseId"/>. Settings that only affect
    /// the answer are not sent.
    /// </summary>
    /// <inheritdoc cref="CountInputTokensAsync"/>
    public virtual Task<CompactedResponse> CompactAsync(ResponseRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskAsync<CompactedResponse>(Of("responses/compact", request, NotCompacted, options), cancellationToken);

    private static ApiRequest Of(HttpMethod method, string id, string path, RequestOptions? options) =>
        new(method, ResponsePolling.PathOf(id) + path, null, false, options) { MayHaveFailed = true };

    private static ApiRequest Of(string path, ResponseRequest request, string[] without, RequestOptions? options)
    {
        Guard.NotNull(request, nameof(request));
        var body = request.Copy();
        foreach (string field in without)
        {
            body.Remove(field);
        }

        return new ApiRequest(HttpMethod.Post, path, RequestBody.FromJson(body), false, options) { Model = request.Model, Fields = body };
    }
}
