using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>A request for <c>POST /chat/completions</c>. A property that is null is not sent; an empty list is sent.</summary>
public sealed class ChatCompletionRequest : SamplingRequest
{
    internal static readonly JsonShape Shape = new JsonShape<ChatCompletionRequest>(
        static () => new(),
        ("messages", ChatMessage.Shape),
        ("tools", ChatTool.Shape));

    /// <summary>The conversation so far, the latest message last.</summary>
    [AllowNull]
    public IReadOnlyList<ChatMessage> Messages { get => GetList<ChatMessage>("messages"); set => SetOrRemove("messages", value); }

    /// <summary>Most tokens to generate, reasoning included; what newer models take instead of <c>max_tokens</c>.</summary>
    public int? MaxCompletionTokens
    {
        get => GetInt32("max_completion_tokens");
        set => SetOrRemove("max_completion_tokens", value);
    }

    /// <summary>How hard a reasoning model thinks: minimal, low, medium, high.</summary>
    public string? ReasoningEffort { get => GetString("reasoning_effort"); set => SetOrRemove("reasoning_effort", value); }

    /// <summary>How long the answer is to be: low, medium, high.</summary>
    public string? Verbosity { get => GetString("verbosity"); set => SetOrRemove("verbosity", value); }

    /// <summary>Gives log probabilities of the answer's tokens.</summary>
    public bool? Logprobs { get => GetBoolean("logprobs"); set => SetOrRemove("logprobs", value); }

    /// <summary>How many of the likeliest tokens to give at each place, 0 to 20.</summary>
    public int? TopLogprobs { get => GetInt32("top_logprobs"); set => SetOrRemove("top_logprobs", value); }

    /// <summary>The form of the answer, as a dictionary: <c>{ type: "json_object" }</c> or a JSON schema.</summary>
    public JsonMap? ResponseFormat { get => GetModel<JsonMap>("response_format"); set => SetOrRemove("response_format", value); }

    /// <summary>The tools that the model may ask for.</summary>
    [AllowNull]
    public IReadOnlyList<ChatTool> Tools { get => GetList<ChatTool>("tools"); set => SetOrRemove("tools", value); }

    /// <summary>Which tools to use: auto, none, required, or an object that names one.</summary>
    public object? ToolChoice { get => this["tool_choice"]; set => SetOrRemove("tool_choice", value); }
}
