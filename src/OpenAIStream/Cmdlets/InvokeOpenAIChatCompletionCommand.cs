using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Answers a message: with <c>-Stream</c> each chunk as it arrives, without it the whole answer.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "OpenAIChatCompletion")]
[OutputType(typeof(ChatCompletion), typeof(ChatCompletionChunk), typeof(SseStream<ChatCompletionChunk>))]
public sealed class InvokeOpenAIChatCompletionCommand : SamplingCmdlet<ChatCompletionRequest, ChatCompletion, ChatCompletionChunk>
{
    /// <summary>The message: text, which the user says, or a message object or hashtable with role and content.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Prompt")]
    [MessageTransformation]
    public ChatMessage Message { get; set; } = new();

    /// <summary>What the model is told before everything else.</summary>
    [Parameter]
    [Alias("System")]
    public string? SystemMessage { get; set; }

    /// <summary>The same for models that take a developer's message instead of a system's.</summary>
    [Parameter]
    public string? DeveloperMessage { get; set; }

    /// <summary>The conversation so far, the latest message last.</summary>
    [Parameter]
    [MessageTransformation]
    public ChatMessage[]? History { get; set; }

    /// <summary>Most tokens to generate, reasoning included; what newer models take instead of -MaxTokens.</summary>
    [Parameter]
    [Alias("max_completion_tokens")]
    [ValidateRange(1, int.MaxValue)]
    public int? MaxCompletionTokens { get; set; }

    /// <summary>How hard a reasoning model thinks.</summary>
    [Parameter]
    [Alias("reasoning_effort")]
    [ArgumentCompleter(typeof(ReasoningEffortCompleter))]
    public string? ReasoningEffort { get; set; }

    /// <summary>How long the answer is to be.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(VerbosityCompleter))]
    public string? Verbosity { get; set; }

    /// <summary>How many of the likeliest tokens to give log probabilities for.</summary>
    [Parameter]
    [Alias("top_logprobs")]
    [ValidateRange(0, 20)]
    public int? TopLogprobs { get; set; }

    /// <summary>The form of the answer, such as <c>@{ type = 'json_object' }</c>.</summary>
    [Parameter]
    [Alias("response_format")]
    public System.Collections.IDictionary? ResponseFormat { get; set; }

    private protected override object? Input => Message.Text;

    private protected override string FallbackModel => "gpt-4o-mini";

    private protected override StreamingEndpoint<ChatCompletionRequest, ChatCompletion, ChatCompletionChunk> Endpoint(OpenAIClient client) =>
        client.Chat;

    private protected override ChatCompletionRequest ToRequest(OpenAIConnection connection)
    {
        var request = base.ToRequest(connection);
        request.Messages = [.. Conversation()];
        request.MaxCompletionTokens = MaxCompletionTokens;
        request.ReasoningEffort = ReasoningEffort;
        request.Verbosity = Verbosity;
        request.Logprobs = TopLogprobs is null ? null : true;
        request.TopLogprobs = TopLogprobs;
        request.ResponseFormat = ResponseFormat is null ? null : new JsonMap(ResponseFormat.Unwrapped());
        return request;
    }

    private IEnumerable<ChatMessage> Conversation()
    {
        if (SystemMessage is not null)
        {
            yield return new ChatMessage("system", SystemMessage);
        }

        if (DeveloperMessage is not null)
        {
            yield return new ChatMessage("developer", DeveloperMessage);
        }

        foreach (var message in History ?? [])
        {
            yield return message;
        }

        yield return Message;
    }
}
