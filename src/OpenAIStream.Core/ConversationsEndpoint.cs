namespace OpenAIStream;

/// <summary>Conversations that the service stores.</summary>
public class ConversationsEndpoint
{
    private const string Path = "conversations";

    private readonly OpenAIClient? _client;

    /// <summary>Creates an endpoint without a client, for fakes in tests. Override the members that the test calls.</summary>
    protected ConversationsEndpoint()
    {
    }

    internal ConversationsEndpoint(OpenAIClient client) => _client = client;

    private OpenAIClient Client => _client ?? throw OpenAIClient.NotFaked(this);

    /// <summary>Creates a conversation. Calls <see cref="CreateAsync"/>.</summary>
    /// <inheritdoc cref="CreateAsync"/>
    public virtual Conversation Create(ConversationRequest? request = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => CreateAsync(request, options, cancellationToken));

    /// <summary>
    /// Creates a conversation. A request that the service may have received is not retried, because that could create two
    /// conversations.
    /// </summary>
    /// <param name="request">The initial content; null for an empty conversation.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<Conversation> CreateAsync(ConversationRequest? request = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskAsync<Conversation>(Of(HttpMethod.Post, Path, request ?? new ConversationRequest(), options) with { IsRepeatable = false }, cancellationToken);

    /// <summary>Gets a conversation by its id. Calls <see cref="GetAsync"/>.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public virtual Conversation Get(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => GetAsync(id, options, cancellationToken));

    /// <summary>Gets a conversation by its id.</summary>
    /// <param name="id">The id of the conversation.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<Conversation> GetAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskAsync<Conversation>(Of(HttpMethod.Get, PathOf(id), null, options), cancellationToken);

    /// <summary>Replaces the metadata of a conversation. Calls <see cref="UpdateAsync"/>.</summary>
    /// <inheritdoc cref="UpdateAsync"/>
    public virtual Conversation Update(string id, JsonMap metadata, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => UpdateAsync(id, metadata, options, cancellationToken));

    /// <summary>Replaces the metadata of a conversation.</summary>
    /// <param name="id">The id of the conversation.</param>
    /// <param name="metadata">The metadata: at most 16 names and values.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<Conversation> UpdateAsync(string id, JsonMap metadata, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskAsync<Conversation>(
            Of(HttpMethod.Post, PathOf(id), new ConversationRequest { Metadata = metadata }, options), cancellationToken);

    /// <summary>Deletes a conversation. Its items are not deleted. Calls <see cref="DeleteAsync"/>.</summary>
    /// <inheritdoc cref="DeleteAsync"/>
    public virtual void Delete(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => DeleteAsync(id, options, cancellationToken));

    /// <summary>Deletes a conversation. Its items are not deleted.</summary>
    /// <param name="id">The id of the conversation.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task DeleteAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.DeleteAsync(Of(HttpMethod.Delete, PathOf(id), null, options), cancellationToken);

    /// <summary>Gets a page of the items of a conversation. Calls <see cref="ListItemsAsync"/>.</summary>
    /// <inheritdoc cref="ListItemsAsync"/>
    public virtual ListPage<ResponseItem> ListItems(
        string id, ResponseItemQuery? query = null, ListPage<ResponseItem>? after = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => ListItemsAsync(id, query, after, options, cancellationToken));

    /// <summary>Gets a page of the items of a conversation: the first, or the one after another page.</summary>
    /// <param name="id">The id of the conversation.</param>
    /// <param name="query">Which items to get; null uses the defaults of the service.</param>
    /// <param name="after">The previous page; null gets the first page.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<ListPage<ResponseItem>> ListItemsAsync(
        string id, ResponseItemQuery? query = null, ListPage<ResponseItem>? after = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskForPageAsync(Of(HttpMethod.Get, PathOf(id) + "/items" + query?.ToQuery(), null, options), after, cancellationToken);

    /// <summary>Adds items to a conversation, and returns them as the service stores them. Calls <see cref="AddItemsAsync"/>.</summary>
    /// <inheritdoc cref="AddItemsAsync"/>
    public virtual ListPage<ResponseItem> AddItems(string id, IEnumerable<JsonModel> items, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => AddItemsAsync(id, items, options, cancellationToken));

    /// <summary>
    /// Adds items to a conversation, and returns them as the service stores them. A request that the service may have
    /// received is not retried, because that could add the items twice.
    /// </summary>
    /// <param name="id">The id of the conversation.</param>
    /// <param name="items">The items, at most 20; <see cref="ResponseInput"/> creates them from messages.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<ListPage<ResponseItem>> AddItemsAsync(string id, IEnumerable<JsonModel> items, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskForPageAsync<ResponseItem>(
            Of(HttpMethod.Post, PathOf(id) + "/items", new ConversationRequest { Items = [.. items] }, options) with { IsRepeatable = false }, null, cancellationToken);

    /// <summary>Deletes an item of a conversation, and returns the conversation. Calls <see cref="DeleteItemAsync"/>.</summary>
    /// <inheritdoc cref="DeleteItemAsync"/>
    public virtual Conversation DeleteItem(string id, string itemId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => DeleteItemAsync(id, itemId, options, cancellationToken));

    /// <summary>Deletes an item of a conversation, and returns the conversation.</summary>
    /// <param name="id">The id of the conversation.</param>
    /// <param name="itemId">The id of the item.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<Conversation> DeleteItemAsync(string id, string itemId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskAsync<Conversation>(
            Of(HttpMethod.Delete, $"{PathOf(id)}/items/{PathSegment.Escape(itemId, "the id of an item")}", null, options), cancellationToken);

    private static ApiRequest Of(HttpMethod method, string path, ConversationRequest? request, RequestOptions? options) =>
        new(method, path, (RequestBody?)request, false, options);

    private static string PathOf(string id)
    {
        Guard.NotNull(id, nameof(id));
        return $"{Path}/{PathSegment.Escape(id, "the id of a conversation")}";
    }
}
