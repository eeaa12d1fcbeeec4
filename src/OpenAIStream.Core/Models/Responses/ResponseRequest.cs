using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>A request for <c>POST /responses</c>. A property that is null is not sent; an empty list is sent.</summary>
public sealed class ResponseRequest : StreamingRequest
{
    /// <summary>The input: text, or a list of items (messages, tool results).</summary>
    public object? Input { get => this["input"]; set => SetOrRemove("input", value); }

    /// <summary>Instructions for the model, sent before everything else.</summary>
    public string? Instructions { get => GetString("instructions"); set => SetOrRemove("instructions", value); }

    /// <summary>The maximum number of tokens to generate, including reasoning.</summary>
    public int? MaxOutputTokens { get => GetInt32("max_output_tokens"); set => SetOrRemove("max_output_tokens", value); }

    /// <summary>The maximum number of calls of built-in tools.</summary>
    public int? MaxToolCalls { get => GetInt32("max_tool_calls"); set => SetOrRemove("max_tool_calls", value); }

    /// <summary>Sampling temperature, 0 to 2; 0 is the most predictable.</summary>
    public double? Temperature { get => GetDouble("temperature"); set => SetOrRemove("temperature", value); }

    /// <summary>Nucleus sampling, 0 to 1: only tokens within this probability mass.</summary>
    public double? TopP { get => GetDouble("top_p"); set => SetOrRemove("top_p", value); }

    /// <summary>The response that this one continues from.</summary>
    public string? PreviousResponseId { get => GetString("previous_response_id"); set => SetOrRemove("previous_response_id", value); }

    /// <summary>Whether the response continues at the service without a connection; such a response can be resumed.</summary>
    public bool? Background { get => GetBoolean("background"); set => SetOrRemove("background", value); }

    /// <summary>Whether the service stores the response.</summary>
    public bool? Store { get => GetBoolean("store"); set => SetOrRemove("store", value); }

    /// <summary>How to reason: <c>effort</c>, <c>summary</c>, <c>context</c> and <c>mode</c>.</summary>
    public JsonMap? Reasoning { get => GetModel<JsonMap>("reasoning"); set => SetOrRemove("reasoning", value); }

    /// <summary>The earlier reasoning that the model sees again: auto, current_turn, all_turns.</summary>
    public string? ReasoningContext { get => FindIn("reasoning", "context") as string; set => SetIn("reasoning", "context", value); }

    /// <summary>How the model reasons: standard, pro.</summary>
    public string? ReasoningMode { get => FindIn("reasoning", "mode") as string; set => SetIn("reasoning", "mode", value); }

    /// <summary>The format of the text: <c>format</c> and <c>verbosity</c>.</summary>
    [FieldName("text")]
    public JsonMap? TextOptions { get => GetModel<JsonMap>("text"); set => SetOrRemove("text", value); }

    /// <summary>The tools that the model can use.</summary>
    [AllowNull]
    public IReadOnlyList<JsonMap> Tools { get => GetList<JsonMap>("tools"); set => SetOrRemove("tools", value); }

    /// <summary>Which tools to use: auto, none, required, or one by name.</summary>
    public object? ToolChoice { get => this["tool_choice"]; set => SetOrRemove("tool_choice", value); }

    /// <summary>Whether several tools can be called at once.</summary>
    public bool? ParallelToolCalls { get => GetBoolean("parallel_tool_calls"); set => SetOrRemove("parallel_tool_calls", value); }

    /// <summary>Additional data to include in the answer, such as <c>reasoning.encrypted_content</c>.</summary>
    [AllowNull]
    public IReadOnlyList<string> Include { get => GetList<string>("include"); set => SetOrRemove("include", value); }

    /// <summary>Metadata for the response.</summary>
    public JsonMap? Metadata { get => GetModel<JsonMap>("metadata"); set => SetOrRemove("metadata", value); }

    /// <summary>How the request is processed: auto, default, flex, scale, priority, fast, ultrafast. The response says how it was processed.</summary>
    public string? ServiceTier { get => GetString("service_tier"); set => SetOrRemove("service_tier", value); }

    /// <summary>
    /// The conversation that the response belongs to and is added to: its id, or an object with <c>id</c>. It cannot be
    /// combined with <see cref="PreviousResponseId"/>.
    /// </summary>
    public object? Conversation { get => this["conversation"]; set => SetOrRemove("conversation", value); }

    /// <summary>How a long context is handled: objects with <c>type</c> (compaction) and <c>compact_threshold</c> (tokens).</summary>
    [AllowNull]
    public IReadOnlyList<JsonMap> ContextManagement { get => GetList<JsonMap>("context_management"); set => SetOrRemove("context_management", value); }

    /// <summary>With <see cref="Background"/>: <c>completion_window</c> (soonest, 2h, 8h) and <c>continuation_id</c>.</summary>
    public JsonMap? BackgroundOptions { get => GetModel<JsonMap>("background_options"); set => SetOrRemove("background_options", value); }

    /// <summary>
    /// The number of most likely tokens to return at each position, 0 to 20; request them in <see cref="Include"/> with
    /// <c>message.output_text.logprobs</c>.
    /// </summary>
    public int? TopLogprobs { get => GetInt32("top_logprobs"); set => SetOrRemove("top_logprobs", value); }

    /// <summary>With streaming: false requests events without the padding that hides their length on the network.</summary>
    public bool? IncludeObfuscation
    {
        get => FindIn("stream_options", "include_obfuscation") as bool?;
        set => SetIn("stream_options", "include_obfuscation", value);
    }

    /// <summary>A name shared by requests that begin with the same prompt, so that they use the same cache.</summary>
    public string? PromptCacheKey { get => GetString("prompt_cache_key"); set => SetOrRemove("prompt_cache_key", value); }

    /// <summary>How the prompt is cached: <c>mode</c> (implicit, explicit), <c>ttl</c> (30m, 12h), <c>prewarm</c> and <c>comparison_response_id</c>.</summary>
    public JsonMap? PromptCacheOptions { get => GetModel<JsonMap>("prompt_cache_options"); set => SetOrRemove("prompt_cache_options", value); }

    /// <summary>
    /// A stable name for the end user, at most 128 characters and preferably a hash, for abuse detection. It replaces <see
    /// cref="StreamingRequest.User"/>.
    /// </summary>
    public string? SafetyIdentifier { get => GetString("safety_identifier"); set => SetOrRemove("safety_identifier", value); }

    /// <summary>Moderates input and output: <c>model</c>, and <c>policy</c> with a <c>mode</c> (score, block) for <c>input</c> and <c>output</c>.</summary>
    public JsonMap? Moderation { get => GetModel<JsonMap>("moderation"); set => SetOrRemove("moderation", value); }

    /// <summary>
    /// The whole conversation with this request's input at its end, where <see cref="PreviousResponseId"/> stands for its
    /// beginning; null where that is not at hand. It is sent only when the service does not know that response any more, and
    /// then in its place.
    /// </summary>
    [FieldName(null)]
    public IReadOnlyList<object?>? WholeInput { get; set; }

    /// <summary>What it continues from, if a tool loop created it.</summary>
    internal ResponseContext? Context { get; set; }

    /// <summary>The same; null if the input was changed since.</summary>
    internal ResponseContext? KnownContext => Context?.IsOf(this) == true ? Context : null;

    /// <summary>The request with only the new input, for a service that knows the answer from which it continues.</summary>
    internal ResponseRequest WithNewInput(ResponseContext context)
    {
        var copy = (ResponseRequest)Copy();
        copy.Input = context.New;
        copy.PreviousResponseId = context.ParentId;
        return copy;
    }

    /// <summary>The request with the whole conversation, for a service that knows nothing of it; null if that is not available.</summary>
    internal ResponseRequest? WithWholeInput()
    {
        var context = KnownContext;
        IReadOnlyList<object?>? whole = context is null ? WholeInput : context.Whole;
        if (whole is null)
        {
            return null;
        }

        var copy = (ResponseRequest)Copy();
        copy.Input = whole;
        copy.WholeInput = null;
        copy.PreviousResponseId = context is not null && Store == false ? PreviousResponseId : null;
        return copy; // its input is a different one, so nothing is known about what it continues from
    }
}
