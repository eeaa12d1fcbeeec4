using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>A request for <c>POST /responses</c>. A property that is null is not sent; an empty list is sent.</summary>
public sealed class ResponseRequest : StreamingRequest
{
    /// <summary>What to answer: text, or a list of items (messages, tool results).</summary>
    public object? Input { get => this["input"]; set => SetOrRemove("input", value); }

    /// <summary>What the model is told before everything else.</summary>
    public string? Instructions { get => GetString("instructions"); set => SetOrRemove("instructions", value); }

    /// <summary>Most tokens to generate, reasoning included.</summary>
    public int? MaxOutputTokens { get => GetInt32("max_output_tokens"); set => SetOrRemove("max_output_tokens", value); }

    /// <summary>Most calls of built-in tools.</summary>
    public int? MaxToolCalls { get => GetInt32("max_tool_calls"); set => SetOrRemove("max_tool_calls", value); }

    /// <summary>Sampling temperature, 0 to 2; 0 is the most predictable.</summary>
    public double? Temperature { get => GetDouble("temperature"); set => SetOrRemove("temperature", value); }

    /// <summary>Nucleus sampling, 0 to 1: only tokens within this probability mass.</summary>
    public double? TopP { get => GetDouble("top_p"); set => SetOrRemove("top_p", value); }

    /// <summary>The response that this one goes on from.</summary>
    public string? PreviousResponseId { get => GetString("previous_response_id"); set => SetOrRemove("previous_response_id", value); }

    /// <summary>Runs on at the service without a connection; such a response can be resumed.</summary>
    public bool? Background { get => GetBoolean("background"); set => SetOrRemove("background", value); }

    /// <summary>Whether the service keeps the response.</summary>
    public bool? Store { get => GetBoolean("store"); set => SetOrRemove("store", value); }

    /// <summary>How to think: <c>effort</c> and <c>summary</c>.</summary>
    public JsonMap? Reasoning { get => GetModel<JsonMap>("reasoning"); set => SetOrRemove("reasoning", value); }

    /// <summary>The form of the text: <c>format</c> and <c>verbosity</c>.</summary>
    [FieldName("text")]
    public JsonMap? TextOptions { get => GetModel<JsonMap>("text"); set => SetOrRemove("text", value); }

    /// <summary>The tools that the model may use.</summary>
    [AllowNull]
    public IReadOnlyList<JsonMap> Tools { get => GetList<JsonMap>("tools"); set => SetOrRemove("tools", value); }

    /// <summary>Which tools to use: auto, none, required, or one by name.</summary>
    public object? ToolChoice { get => this["tool_choice"]; set => SetOrRemove("tool_choice", value); }

    /// <summary>Whether several tools may be called at once.</summary>
    public bool? ParallelToolCalls { get => GetBoolean("parallel_tool_calls"); set => SetOrRemove("parallel_tool_calls", value); }

    /// <summary>What to include in the answer besides, such as <c>reasoning.encrypted_content</c>.</summary>
    [AllowNull]
    public IReadOnlyList<string> Include { get => GetList<string>("include"); set => SetOrRemove("include", value); }

    /// <summary>What to attach to the response.</summary>
    public JsonMap? Metadata { get => GetModel<JsonMap>("metadata"); set => SetOrRemove("metadata", value); }
}
