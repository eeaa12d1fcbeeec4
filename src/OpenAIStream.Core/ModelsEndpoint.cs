namespace OpenAIStream;

/// <summary>The models of a service.</summary>
public class ModelsEndpoint
{
    private readonly OpenAIClient? _client;

    /// <summary>Creates an endpoint without a client, for fakes in tests. Override the members that the test calls.</summary>
    protected ModelsEndpoint()
    {
    }

    internal ModelsEndpoint(OpenAIClient client) => _client = client;

    /// <summary>Lists all models, in the order of the service.</summary>
    /// <inheritdoc cref="ListAsync"/>
    public virtual IReadOnlyList<ModelInfo> List(RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => ListAsync(options, cancellationToken));

    /// <summary>Lists all models, in the order of the service.</summary>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual async Task<IReadOnlyList<ModelInfo>> ListAsync(RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var client = _client ?? throw OpenAIClient.NotFaked(this);
        var list = await client.AskAsync<ModelList>(new ApiRequest(HttpMethod.Get, "models", null, false, options), cancellationToken).ConfigureAwait(false);
        return list.Contains("data")
            ? list.Data
            : throw new ResponseFormatException("The response is JSON, but not a list of models. Check the base address.") { Body = list.ToJson() };
    }
}
