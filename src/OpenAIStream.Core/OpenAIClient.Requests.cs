namespace OpenAIStream;

/// <content>Requests to endpoints that are not modelled here.</content>
public partial class OpenAIClient
{
    /// <summary>Sends any request to an address behind the base address. Calls <see cref="SendAsync"/>.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public virtual ApiResponse Send(
        HttpMethod method, string path, RequestBody? body = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => SendAsync(method, path, body, options, cancellationToken));

    /// <summary>
    /// Sends any request to an address behind the base address, with all that the client knows: credential, retries, timeouts,
    /// errors, recordings. Dispose of the response, or read it to its end.
    /// </summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path behind the base address, with or without a query. The whole address is accepted as well.</param>
    /// <param name="body">What to send: <see cref="RequestBody"/> or <see cref="RequestForm"/>; null for nothing.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call, its response included.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="ArgumentException">The path leads out of the base address.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<ApiResponse> SendAsync(
        HttpMethod method, string path, RequestBody? body = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        OpenAsync(ToRequest(method, path, body, options), static (message, call) => ApiResponse.OpenAsync(message, call), cancellationToken);

    /// <summary>Sends any request whose answer is a JSON object. Calls <see cref="RequestAsync"/>.</summary>
    /// <inheritdoc cref="RequestAsync"/>
    public virtual T Request<T>(
        HttpMethod method, string path, RequestBody? body = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
        where T : JsonModel, new() => Blocking.Run(() => RequestAsync<T>(method, path, body, options, cancellationToken));

    /// <summary>Sends any request whose answer is a JSON object, and reads it.</summary>
    /// <typeparam name="T">What the answer becomes: <see cref="JsonMap"/>, or a model.</typeparam>
    /// <inheritdoc cref="SendAsync"/>
    public virtual Task<T> RequestAsync<T>(
        HttpMethod method, string path, RequestBody? body = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
        where T : JsonModel, new() => AskAsync<T>(ToRequest(method, path, body, options) with { Accept = RequestBody.JsonType }, cancellationToken);

    /// <summary>A page of a list. Calls <see cref="GetPageAsync"/>.</summary>
    /// <inheritdoc cref="GetPageAsync"/>
    public virtual ListPage<T> GetPage<T>(string path, ListPage<T>? after = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
        where T : JsonModel, new() => Blocking.Run(() => GetPageAsync(path, after, options, cancellationToken));

    /// <summary>A page of a list: the first, or the one that follows another.</summary>
    /// <typeparam name="T">What the list holds: <see cref="JsonMap"/>, or a model.</typeparam>
    /// <param name="path">The path behind the base address, such as <c>files</c>.</param>
    /// <param name="after">The page before, which <see cref="ListPage{T}.HasMore"/>; null for the first.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="ArgumentException">The path leads away from the base address, or the page is the last.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual async Task<ListPage<T>> GetPageAsync<T>(string path, ListPage<T>? after = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
        where T : JsonModel, new()
    {
        if (after is { HasMore: false })
        {
            throw new ArgumentException("This is the last page of the list.", nameof(after));
        }

        var request = ToRequest(HttpMethod.Get, path, null, options) with { Accept = RequestBody.JsonType, Cursor = after?.Next };
        var page = await AskAsync<ListFields<T>>(request, cancellationToken).ConfigureAwait(false);
        return page.ToPage(after);
    }

    /// <summary>A stream from an address that is not modelled here, as objects or as the events themselves.</summary>
    /// <typeparam name="T">
    /// <see cref="ServerSentEvent"/>, <see cref="JsonMap"/>, <see cref="AssistantEvent"/>, or another model of a chunk.
    /// </typeparam>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path behind the base address.</param>
    /// <param name="body">What to send: a model as it is, or <see cref="RequestBody"/>; null for nothing.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call, its stream included.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="ArgumentException">The path leads away from the base address, or <typeparamref name="T"/> is no chunk.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual SseStream<T> Stream<T>(
        HttpMethod method, string path, RequestBody? body = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
        where T : class => Blocking.Run(() => StreamAsync<T>(method, path, body, options, cancellationToken));

    /// <inheritdoc cref="Stream{T}"/>
    public virtual Task<SseStream<T>> StreamAsync<T>(
        HttpMethod method, string path, RequestBody? body = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
        where T : class => OpenAsync(ToRequest(method, path, body, options) with { Stream = true }, Decoders.For<T>(), cancellationToken);

    private ApiRequest ToRequest(HttpMethod method, string path, RequestBody? body, RequestOptions? options)
    {
        Guard.NotNull(method, nameof(method));
        Guard.NotNull(path, nameof(path));
        bool hasBody = method == HttpMethod.Post || method == HttpMethod.Put || method.Method == "PATCH";
        return new ApiRequest(method, RelativePath(path), body ?? (hasBody ? RequestBody.Empty : null), false, options)
        {
            Model = body?.Fields?.Find("model") as string,
            Fields = body?.Fields,
            Accept = "*/*",
            IsRepeatable = options?.IsRepeatable ?? (method.Method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE" || options?.Headers.ContainsKey("Idempotency-Key") == true),
        };
    }

    /// <summary>The path behind the base address, of a path from the root or an address that has it, as documentation shows them.</summary>
    private string RelativePath(string path)
    {
        string root = Options.BaseAddress.AbsolutePath.TrimEnd('/') + "/";
        string origin = Options.BaseAddress.GetLeftPart(UriPartial.Authority);
        string rest = path.StartsWith(origin + root, StringComparison.OrdinalIgnoreCase) ? path.Substring(origin.Length) : path;
        return rest.StartsWith(root, StringComparison.Ordinal) ? rest.Substring(root.Length) : rest.TrimStart('/');
    }
}
