using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Sends a message to a model and writes the answer: with <c>-Stream</c> each chunk as it arrives, without it the whole answer.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "OpenAIChatCompletion", SupportsShouldProcess = true)]
[OutputType(typeof(ChatCompletion), typeof(ChatCompletionChunk), typeof(OpenStream<ChatCompletionChunk>), typeof(Batch))]
public sealed class InvokeOpenAIChatCompletionCommand : SamplingCmdlet<ChatCompletionRequest, ChatCompletion, ChatCompletionChunk>
{
    private ToolLoop? _tools;

    /// <summary>The prompt: the text of the user, or a message object or hashtable with role and content.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Prompt")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? Message { get; set; }

    /// <summary>Instructions for the model, sent before everything else.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("System")]
    [TextTransformation]
    public string? SystemMessage { get; set; }

    /// <summary>The same as -SystemMessage, for models that use a developer message instead of a system message.</summary>
    [Parameter]
    [TextTransformation]
    public string? DeveloperMessage { get; set; }

    /// <summary>
    /// The conversation so far, with the latest message last: messages, hashtables, or an earlier answer (also one from
    /// Join-OpenAIChunk), which represents its whole conversation.
    /// </summary>
    [Parameter]
    [MessageTransformation]
    public ChatMessage[]? History { get; set; }

    /// <summary>The maximum number of tokens to generate, including reasoning; newer models use it instead of -MaxTokens.</summary>
    [Parameter]
    [Alias("max_completion_tokens")]
    [OptionalRange(1, int.MaxValue)]
    public int? MaxCompletionTokens { get; set; }

    /// <summary>How much a reasoning model reasons.</summary>
    [Parameter]
    [Alias("reasoning_effort")]
    [ArgumentCompleter(typeof(ReasoningEffortCompleter))]
    [WordTransformation(typeof(ReasoningEffortCompleter))]
    public string? ReasoningEffort { get; set; }

    /// <summary>The length of the answer.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(VerbosityCompleter))]
    [WordTransformation(typeof(VerbosityCompleter))]
    public string? Verbosity { get; set; }

    /// <summary>The number of most likely tokens for which to return log probabilities.</summary>
    [Parameter]
    [Alias("top_logprobs")]
    [OptionalRange(0, 20)]
    public int? TopLogprobs { get; set; }

    /// <summary>The format of the answer, such as <c>@{ type = 'json_object' }</c>.</summary>
    [Parameter]
    [Alias("response_format")]
    [ArgumentCompleter(typeof(ResponseFormatCompleter))]
    [DictionaryTransformation]
    public object? ResponseFormat { get; set; }

    /// <summary>A JSON schema for the answer: text, a hashtable, or a file.</summary>
    [Parameter]
    [Alias("json_schema")]
    [JsonSchemaTransformation]
    public object? JsonSchema { get; set; }

    /// <summary>Tools that the model can call: commands, their names, hashtables, or the output of ConvertTo-OpenAITool.</summary>
    [Parameter]
    [Alias("Tool")]
    [ToolTransformation]
    [ArgumentCompleter(typeof(CommandNameCompleter))]
    public ChatTool[]? Tools { get; set; }

    /// <summary>auto, none, required, or the name of the tool that the model must use.</summary>
    [Parameter]
    [Alias("tool_choice")]
    [ArgumentCompleter(typeof(ToolChoiceCompleter))]
    public object? ToolChoice { get; set; }

    /// <summary>Runs the tools that the model requests, and sends their results back until it answers. -Confirm prompts before each call.</summary>
    [Parameter]
    public SwitchParameter InvokeTools { get; set; }

    /// <summary>With -InvokeTools: the maximum number of times that the model can request tools before it has to answer.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaximumToolRounds { get; set; } = 10;

    /// <summary>With -InvokeTools: the maximum number of tool calls in one answer. If an answer requests more, none is run.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaximumToolCalls { get; set; } = 100;

    /// <summary>
    /// How the service processes the request: auto, default, flex, priority and others. ServiceTier of the answer shows how
    /// it was processed.
    /// </summary>
    [Parameter]
    [Alias("service_tier")]
    [ArgumentCompleter(typeof(ServiceTierCompleter))]
    [WordTransformation(typeof(ServiceTierCompleter))]
    public string? ServiceTier { get; set; }

    /// <summary>Metadata for the stored answer, as names and values.</summary>
    [Parameter]
    [DictionaryTransformation]
    public object? Metadata { get; set; }

    /// <summary>Less common settings, by their names: <c>@{ PromptCacheKey = 'nightly'; ParallelToolCalls = $false }</c>.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ChatCompletionOptionsCompleter))]
    public ChatCompletionOptions? Options { get; set; }

    /// <summary>Sends the prompts as batches, which the service answers within a day at a lower price, and writes the batches.</summary>
    [Parameter]
    public SwitchParameter AsBatch { get; set; }

    private protected override PromptReader Reader { get; } = new(PromptKind.Message, nameof(Message), "Prompt");

    // If tools are run, the user is prompted before each of them instead.
    private protected override bool ConfirmsRequests => !InvokeTools;

    private protected override RequestValues? Values => Options;

    private protected override string? BatchPath => AsBatch ? "chat/completions" : null;

    private protected override PSObject? Given => Message;

    private protected override string? SetByRow => base.SetByRow ?? NameIfSet(nameof(SystemMessage), SystemMessage);

    private protected override IEnumerable<Contradiction> Contradictions() =>
    [
        .. base.Contradictions(),
        new(JsonSchema is not null && ResponseFormat is not null, "-JsonSchema and -ResponseFormat both specify the format of the answer. Use one of them."),
        new(InvokeTools && N > 1, "-InvokeTools continues from one answer, and -N requests several. Use one of them."),
        new(MaxTokens is not null && MaxCompletionTokens is not null, "-MaxTokens and -MaxCompletionTokens are the same limit for older and for newer models. Use one of them."),
        Contradiction.Obfuscation(Options?.IncludeObfuscation, Stream),
        .. ToolParameters.Contradictions(InvokeTools, Tools, NoEnumerate, ThrottleLimit, IsGiven(nameof(MaximumToolRounds)), IsGiven(nameof(MaximumToolCalls)), ToolChoice, (System.Collections.IDictionary?)AdditionalBody),
    ];

    private protected override void Answer()
    {
        _tools = InvokeTools ? new ToolRunner(this, Tools!).NewLoop(MaximumToolRounds, MaximumToolCalls) : null;
        base.Answer();
    }

    private protected override Task<SseStream<ChatCompletionChunk>> OpenAsync(
        OpenAIClient client, ChatCompletionRequest request, RequestOptions options, CancellationToken stop) =>
        client.Chat.CreateStreamingAsync(request, options, stop);

    private protected override Task<ChatCompletion> AskAsync(OpenAIClient client, ChatCompletionRequest request, RequestOptions options, CancellationToken stop) =>
        client.Chat.CreateAsync(request, options, stop);

    private protected override ChunkAccumulator? NewAccumulator() => _tools is null ? null : new ChatCompletionAccumulator();

    private protected override ChatCompletionRequest? Next(ChatCompletionRequest request, ChatCompletion answer) => _tools?.Next(request, answer);

    private protected override ChatCompletionRequest ToRequest(OpenAIConnection connection)
    {
        var request = base.ToRequest(connection);
        request.Messages = [.. Conversation()];
        request.MaxCompletionTokens = MaxCompletionTokens;
        request.ReasoningEffort = ReasoningEffort;
        request.Verbosity = Verbosity;
        request.Logprobs = TopLogprobs is null ? null : true;
        request.TopLogprobs = TopLogprobs;
        request.ResponseFormat = JsonSchema is JsonMap schema ? JsonSchemaFormat.ForChat(schema)
            : ((System.Collections.IDictionary?)ResponseFormat)?.ToMap(nameof(ResponseFormat));
        if (Tools is { Length: > 0 })
        {
            request.Tools = Tools;
        }

        request.ToolChoice = ToolParameters.Choice(ToolChoice, Tools ?? []);
        request.ServiceTier = ServiceTier;
        request.Metadata = ((System.Collections.IDictionary?)Metadata)?.ToMap(nameof(Metadata));
        return request;
    }

    private IEnumerable<ChatMessage> Conversation()
    {
        if (Chosen(nameof(SystemMessage), SystemMessage) is string system)
        {
            yield return new ChatMessage("system", system);
        }

        if (DeveloperMessage is not null)
        {
            yield return new ChatMessage("developer", DeveloperMessage);
        }

        bool isToldAnew = SystemMessage is not null || DeveloperMessage is not null;
        foreach (var message in History ?? [])
        {
            if (!(isToldAnew && message.Role is "system" or "developer"))
            {
                yield return message.ToInput();
            }
        }

        yield return CurrentPrompt as ChatMessage ?? new ChatMessage("user", (string)CurrentPrompt!);
    }
}
