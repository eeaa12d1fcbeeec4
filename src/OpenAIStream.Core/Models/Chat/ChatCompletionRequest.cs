using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>A request for <c>POST /chat/completions</c>. A property that is null is not sent; an empty list is sent.</summary>
public sealed class ChatCompletionRequest : SamplingRequest
{
    internal static readonly JsonShape Shape = new JsonShape<ChatCompletionRequest>(
        static () => new(),
        ("messages", ChatMessage.Shape),
        ("tools", ChatTool.Shape));

    /// <summary>The conversation so far, with the latest message last.</summary>
    [AllowNull]
    public IReadOnlyList<ChatMessage> Messages { get => GetList<ChatMessage>("messages"); set => SetOrRemove("messages", value); }

    /// <summary>The maximum number of tokens to generate, including reasoning. Newer models use it instead of <c>max_tokens</c>.</summary>
    public int? MaxCompletionTokens
    {
        get => GetInt32("max_completion_tokens");
        set => SetOrRemove("max_completion_tokens", value);
    }

    /// <summary>How much a reasoning model reasons: none, minimal, low, medium, high, xhigh, max.</summary>
    public string? ReasoningEffort { get => GetString("reasoning_effort"); set => SetOrRemove("reasoning_effort", value); }

    /// <summary>The length of the answer: low, medium, high.</summary>
    public string? Verbosity { get => GetString("verbosity"); set => SetOrRemove("verbosity", value); }

    /// <summary>Whether to return log probabilities of the answer's tokens.</summary>
    public bool? Logprobs { get => GetBoolean("logprobs"); set => SetOrRemove("logprobs", value); }

    /// <summary>The number of most likely tokens to return at each position, 0 to 20.</summary>
    public int? TopLogprobs { get => GetInt32("top_logprobs"); set => SetOrRemove("top_logprobs", value); }

    /// <summary>The format of the answer, as a dictionary: <c>{ type: "json_object" }</c> or a JSON schema.</summary>
    public JsonMap? ResponseFormat { get => GetModel<JsonMap>("response_format"); set => SetOrRemove("response_format", value); }

    /// <summary>The tools that the model can call.</summary>
    [AllowNull]
    public IReadOnlyList<ChatTool> Tools { get => GetList<ChatTool>("tools"); set => SetOrRemove("tools", value); }

    /// <summary>Which tools to use: auto, none, required, or an object that names one.</summary>
    public object? ToolChoice { get => this["tool_choice"]; set => SetOrRemove("tool_choice", value); }

    /// <summary>Whether several tools can be called at once.</summary>
    public bool? ParallelToolCalls { get => GetBoolean("parallel_tool_calls"); set => SetOrRemove("parallel_tool_calls", value); }

    /// <summary>How the request is processed: auto, default, flex, scale, priority, fast. The answer says how it was processed.</summary>
    public string? ServiceTier { get => GetString("service_tier"); set => SetOrRemove("service_tier", value); }

    /// <summary>Whether the service stores the answer.</summary>
    public bool? Store { get => GetBoolean("store"); set => SetOrRemove("store", value); }

    /// <summary>Metadata for a stored answer: at most 16 names and texts.</summary>
    public JsonMap? Metadata { get => GetModel<JsonMap>("metadata"); set => SetOrRemove("metadata", value); }

    /// <summary>The types of output: text, audio.</summary>
    [AllowNull]
    public IReadOnlyList<string> Modalities { get => GetList<string>("modalities"); set => SetOrRemove("modalities", value); }

    /// <summary>The audio of the answer: <c>voice</c> and <c>format</c> (wav, aac, mp3, flac, opus, pcm16; for streams pcm16).</summary>
    public JsonMap? Audio { get => GetModel<JsonMap>("audio"); set => SetOrRemove("audio", value); }

    /// <summary>Text that the answer will mostly repeat, which makes it faster: <c>type</c> (content) and <c>content</c>.</summary>
    public JsonMap? Prediction { get => GetModel<JsonMap>("prediction"); set => SetOrRemove("prediction", value); }

    /// <summary>Lets the model search the web: <c>search_context_size</c> and <c>user_location</c>.</summary>
    public JsonMap? WebSearchOptions { get => GetModel<JsonMap>("web_search_options"); set => SetOrRemove("web_search_options", value); }

    /// <summary>A name shared by requests that begin with the same prompt, so that they use the same cache.</summary>
    public string? PromptCacheKey { get => GetString("prompt_cache_key"); set => SetOrRemove("prompt_cache_key", value); }

    /// <summary>How the prompt is cached: <c>mode</c> (implicit, explicit) and <c>ttl</c> (30m).</summary>
    public JsonMap? PromptCacheOptions { get => GetModel<JsonMap>("prompt_cache_options"); set => SetOrRemove("prompt_cache_options", value); }

    /// <summary>
    /// A stable name for the end user, at most 128 characters and preferably a hash, for abuse detection. It replaces <see
    /// cref="StreamingRequest.User"/>.
    /// </summary>
    public string? SafetyIdentifier { get => GetString("safety_identifier"); set => SetOrRemove("safety_identifier", value); }

    /// <summary>Moderates input and output: <c>model</c>, and <c>policy</c> with a <c>mode</c> (score, block) for <c>input</c> and <c>output</c>.</summary>
    public JsonMap? Moderation { get => GetModel<JsonMap>("moderation"); set => SetOrRemove("moderation", value); }
}
