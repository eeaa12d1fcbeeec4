namespace OpenAIStream;

/// <content>Requests to endpoints that have no members of their own.</content>
public partial class OpenAIClient
{
    /// <summary>Sends any request to a path under the base address. Calls <see cref="SendAsync"/>.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public virtual ApiResponse Send(
        HttpMethod method, string path, RequestBody? body = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => SendAsync(method, path, body, options, cancellationToken));

    /// <summary>
    /// Sends any request to a path under the base address, with the client's credential, retries, timeouts, errors and
    /// recordings. Dispose the response, or read it to its end.
    /// </summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path under the base address, with or without a query. The full URL is accepted too.</param>
    /// <param name="body">The body: <see cref="RequestBody"/> or <see cref="RequestForm"/>; null for none.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call, including its response.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="ArgumentException">The path leads out of the base address.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<ApiResponse> SendAsync(
        HttpMethod method, string path, RequestBody? body = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        OpenAsync(ToRequest(method, path, body, options), static (message, call) => ApiResponse.OpenAsync(message, call), cancellationToken);

    /// <summary>Sends any request that returns a JSON object. Calls <see cref="RequestAsync"/>.</summary>
    /// <inheritdoc cref="RequestAsync"/>
    public virtual T Request<T>(
        HttpMethod method, string path, RequestBody? body = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
        where T : JsonModel, new() => Blocking.Run(() => RequestAsync<T>(method, path, body, options, cancellationToken));

    /// <summary>Sends any request that returns a JSON object, and reads the object.</summary>
    /// <typeparam name="T">The type of the answer: <see cref="JsonMap"/>, or a model.</typeparam>
    /// <inheritdoc cref="SendAsync"/>
    public virtual Task<T> RequestAsync<T>(
        HttpMethod method, string path, RequestBody? body = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
        where T : JsonModel, new() => AskAsync<T>(ToRequest(method, path, body, options) with { Accept = RequestBody.JsonType }, cancellationToken);

    /// <summary>Gets a page of a list. Calls <see cref="GetPageAsync"/>.</summary>
    /// <inheritdoc cref="GetPageAsync"/>
    public virtual ListPage<T> GetPage<T>(string path, ListPage<T>? after = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
        where T : JsonModel, new() => Blocking.Run(() => GetPageAsync(path, after, options, cancellationToken));

    /// <summary>Gets a page of a list: the first page, or the one after another page.</summary>
    /// <typeparam name="T">The type of the items: <see cref="JsonMap"/>, or a model.</typeparam>
    /// <param name="path">The path under the base address, such as <c>files</c>.</param>
    /// <param name="after">The previous page, which <see cref="ListPage{T}.HasMore"/>; null for the first page.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="ArgumentException">The path leads out of the base address, or the page is the last one.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<ListPage<T>> GetPageAsync<T>(string path, ListPage<T>? after = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
        where T : JsonModel, new() =>
        AskForPageAsync(ToRequest(HttpMethod.Get, path, null, options) with { Accept = RequestBody.JsonType }, after, cancellationToken);

    /// <summary>Opens a stream from a path that has no member of its own, as objects or as the events themselves.</summary>
    /// <typeparam name="T">
    /// <see cref="ServerSentEvent"/>, <see cref="JsonMap"/>, <see cref="AssistantEvent"/>, or another model of a chunk.
    /// </typeparam>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path under the base address.</param>
    /// <param name="body">The body: a model, or <see cref="RequestBody"/>; null for none.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call, including its stream.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="ArgumentException">The path leads out of the base address, or <typeparamref name="T"/> is not a chunk type.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual SseStream<T> Stream<T>(
        HttpMethod method, string path, RequestBody? body = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
        where T : class => Blocking.Run(() => StreamAsync<T>(method, path, body, options, cancellationToken));

    /// <inheritdoc cref="Stream{T}"/>
    public virtual Task<SseStream<T>> StreamAsync<T>(
        HttpMethod method, string path, RequestBody? body = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
        where T : class => OpenAsync(ToRequest(method, path, body, options) with { Stream = true }, Decoders.For<T>(), cancellationToken);

    /// <summary>Asks for a page of a list.</summary>
    internal async Task<ListPage<T>> AskForPageAsync<T>(ApiRequest request, ListPage<T>? after, CancellationToken cancellationToken)
        where T : JsonModel, new()
    {
        if (after is { HasMore: false })
        {
            throw new ArgumentException("This is the last page of the list.", nameof(after));
        }

        var page = await AskAsync<ListFields<T>>(request with { Cursor = after?.Next }, cancellationToken).ConfigureAwait(false);
        return page.ToPage(after);
    }

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

    /// <summary>The path under the base address, from a path from the root or a full URL as documentation shows them.</summary>
    private string RelativePath(string path)
    {
        path = Slashed(path);
        string root = Options.BaseAddress.AbsolutePath.TrimEnd('/') + "/";
        string origin = Options.BaseAddress.GetLeftPart(UriPartial.Authority);
        string rest = path.StartsWith(origin + root, StringComparison.OrdinalIgnoreCase) ? path.Substring(origin.Length) : path;
        return rest.StartsWith(root, StringComparison.Ordinal) ? rest.Substring(root.Length) : rest.TrimStart('/');
    }

    /// <summary>The path with slashes, as the address will have them: otherwise <c>\..</c> would not be seen for what it is.</summary>
    private static string Slashed(string path)
    {
        int end = path.IndexOfAny(['?', '#']);
        return end < 0 ? path.Replace('\\', '/') : path.Substring(0, end).Replace('\\', '/') + path.Substring(end);
    }
}
