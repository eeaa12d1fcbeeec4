using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>
/// A request to run an assistant: on the thread that <see cref="ThreadId"/> specifies (<c>POST /threads/{id}/runs</c>),
/// without it on a new one (<c>POST /threads/runs</c>). A property that is null is not sent, and the assistant's own
/// setting applies; an empty list is sent.
/// </summary>
public sealed class ThreadRunRequest : StreamingRequest
{
    /// <summary>The thread to run on; it is part of the address, not of the body.</summary>
    public string? ThreadId { get; set; }

    /// <summary>The assistant to run.</summary>
    public string? AssistantId { get => GetString("assistant_id"); set => SetOrRemove("assistant_id", value); }

    /// <summary>The thread to create if none is specified: <c>messages</c>, <c>tool_resources</c>, <c>metadata</c>.</summary>
    public JsonMap? Thread { get => GetModel<JsonMap>("thread"); set => SetOrRemove("thread", value); }

    /// <summary>The instructions for the assistant, instead of its own.</summary>
    public string? Instructions { get => GetString("instructions"); set => SetOrRemove("instructions", value); }

    /// <summary>Instructions for the assistant in addition to its own.</summary>
    public string? AdditionalInstructions { get => GetString("additional_instructions"); set => SetOrRemove("additional_instructions", value); }

    /// <summary>Messages to add to the thread before the run.</summary>
    [AllowNull]
    public IReadOnlyList<JsonModel> AdditionalMessages { get => GetList<JsonModel>("additional_messages"); set => SetOrRemove("additional_messages", value); }

    /// <summary>Tools, instead of the assistant's own.</summary>
    [AllowNull]
    public IReadOnlyList<JsonModel> Tools { get => GetList<JsonModel>("tools"); set => SetOrRemove("tools", value); }

    /// <summary>Which tool to use: none, auto, required, or an object that names one.</summary>
    public object? ToolChoice { get => this["tool_choice"]; set => SetOrRemove("tool_choice", value); }

    /// <summary>Whether several tools can be called at the same time.</summary>
    public bool? ParallelToolCalls { get => GetBoolean("parallel_tool_calls"); set => SetOrRemove("parallel_tool_calls", value); }

    /// <summary>Sampling temperature, 0 to 2; 0 is the most predictable.</summary>
    public double? Temperature { get => GetDouble("temperature"); set => SetOrRemove("temperature", value); }

    /// <summary>Nucleus sampling, 0 to 1: only tokens within this probability mass.</summary>
    public double? TopP { get => GetDouble("top_p"); set => SetOrRemove("top_p", value); }

    /// <summary>The maximum number of prompt tokens in the whole run.</summary>
    public int? MaxPromptTokens { get => GetInt32("max_prompt_tokens"); set => SetOrRemove("max_prompt_tokens", value); }

    /// <summary>The maximum number of tokens to generate in the whole run.</summary>
    public int? MaxCompletionTokens { get => GetInt32("max_completion_tokens"); set => SetOrRemove("max_completion_tokens", value); }

    /// <summary>auto, text, or an object that describes the format of the answer.</summary>
    public object? ResponseFormat { get => this["response_format"]; set => SetOrRemove("response_format", value); }

    /// <summary>Metadata for the run, as names and values.</summary>
    public JsonMap? Metadata { get => GetModel<JsonMap>("metadata"); set => SetOrRemove("metadata", value); }
}
