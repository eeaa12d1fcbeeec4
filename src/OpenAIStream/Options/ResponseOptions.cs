namespace OpenAIStream;

/// <summary>The values of -Options for Invoke-OpenAIResponse.</summary>
public sealed class ResponseOptions : RequestValues
{
    /// <inheritdoc cref="ResponseRequest.PromptCacheKey"/>
    public string? PromptCacheKey { get; set; }

    /// <inheritdoc cref="ResponseRequest.PromptCacheOptions"/>
    public JsonMap? PromptCacheOptions { get; set; }

    /// <inheritdoc cref="ResponseRequest.SafetyIdentifier"/>
    public string? SafetyIdentifier { get; set; }

    /// <inheritdoc cref="ResponseRequest.ParallelToolCalls"/>
    public bool? ParallelToolCalls { get; set; }

    /// <inheritdoc cref="ResponseRequest.MaxToolCalls"/>
    public int? MaxToolCalls { get; set; }

    /// <inheritdoc cref="ResponseRequest.TopLogprobs"/>
    public int? TopLogprobs { get; set; }

    /// <inheritdoc cref="ResponseRequest.ContextManagement"/>
    public JsonMap[]? ContextManagement { get; set; }

    /// <inheritdoc cref="ResponseRequest.BackgroundOptions"/>
    public JsonMap? BackgroundOptions { get; set; }

    /// <inheritdoc cref="ResponseRequest.ReasoningContext"/>
    public string? ReasoningContext { get; set; }

    /// <inheritdoc cref="ResponseRequest.ReasoningMode"/>
    public string? ReasoningMode { get; set; }

    /// <inheritdoc cref="ResponseRequest.Moderation"/>
    public JsonMap? Moderation { get; set; }

    /// <inheritdoc cref="ResponseRequest.IncludeObfuscation"/>
    public bool? IncludeObfuscation { get; set; }

    internal override Type Cmdlet => typeof(InvokeOpenAIResponseCommand);

    private protected override IReadOnlyDictionary<string, string> Elsewhere { get; } = new Dictionary<string, string>
    {
        ["store"] = "NoStore",
        ["text"] = "JsonSchema or -Verbosity",
    };
}
