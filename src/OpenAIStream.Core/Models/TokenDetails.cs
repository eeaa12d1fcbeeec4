namespace OpenAIStream;

/// <summary>Tokens by kind. A field that the service does not count is null.</summary>
public sealed class TokenDetails : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<TokenDetails>(static () => new());

    /// <summary>Audio tokens.</summary>
    public int? AudioTokens => GetInt32("audio_tokens");

    /// <summary>Prompt tokens that were read from the cache.</summary>
    public int? CachedTokens => GetInt32("cached_tokens");

    /// <summary>Prompt tokens that were written to the cache.</summary>
    public int? CacheWriteTokens => GetInt32("cache_write_tokens");

    /// <summary>The same, by how long they are kept: <c>ttl_30m_tokens</c>, <c>ttl_12h_tokens</c>.</summary>
    public JsonMap? CacheWriteTokensDetails => GetModel<JsonMap>("cache_write_tokens_details");

    /// <summary>Reasoning tokens, which are generated and not shown.</summary>
    public int? ReasoningTokens => GetInt32("reasoning_tokens");

    /// <summary>Text tokens.</summary>
    public int? TextTokens => GetInt32("text_tokens");

    /// <summary>Image tokens.</summary>
    public int? ImageTokens => GetInt32("image_tokens");

    /// <summary>The tokens of a prediction that were accepted.</summary>
    public int? AcceptedPredictionTokens => GetInt32("accepted_prediction_tokens");

    /// <summary>The tokens of a prediction that were not accepted; they are billed anyway.</summary>
    public int? RejectedPredictionTokens => GetInt32("rejected_prediction_tokens");
}
