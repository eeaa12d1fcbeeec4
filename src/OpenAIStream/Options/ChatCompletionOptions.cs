namespace OpenAIStream;

/// <summary>The values of -Options for Invoke-OpenAIChatCompletion.</summary>
public sealed class ChatCompletionOptions : RequestValues
{
    /// <inheritdoc cref="ChatCompletionRequest.PromptCacheKey"/>
    public string? PromptCacheKey { get; set; }

    /// <inheritdoc cref="ChatCompletionRequest.PromptCacheOptions"/>
    public JsonMap? PromptCacheOptions { get; set; }

    /// <inheritdoc cref="ChatCompletionRequest.SafetyIdentifier"/>
    public string? SafetyIdentifier { get; set; }

    /// <inheritdoc cref="ChatCompletionRequest.ParallelToolCalls"/>
    public bool? ParallelToolCalls { get; set; }

    /// <inheritdoc cref="ChatCompletionRequest.Store"/>
    public bool? Store { get; set; }

    /// <inheritdoc cref="SamplingRequest.LogitBias"/>
    public JsonMap? LogitBias { get; set; }

    /// <inheritdoc cref="ChatCompletionRequest.Modalities"/>
    public string[]? Modalities { get; set; }

    /// <inheritdoc cref="ChatCompletionRequest.Audio"/>
    public JsonMap? Audio { get; set; }

    /// <inheritdoc cref="ChatCompletionRequest.Prediction"/>
    public JsonMap? Prediction { get; set; }

    /// <inheritdoc cref="ChatCompletionRequest.WebSearchOptions"/>
    public JsonMap? WebSearchOptions { get; set; }

    /// <inheritdoc cref="ChatCompletionRequest.Moderation"/>
    public JsonMap? Moderation { get; set; }

    /// <inheritdoc cref="SamplingRequest.IncludeObfuscation"/>
    public bool? IncludeObfuscation { get; set; }

    internal override Type Cmdlet => typeof(InvokeOpenAIChatCompletionCommand);

    private protected override IReadOnlyDictionary<string, string> Elsewhere { get; } = new Dictionary<string, string>
    {
        ["messages"] = "Message",
        ["logprobs"] = "TopLogprobs",
    };
}
