using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Asks the Responses API: with <c>-Stream</c> each event as it arrives, without it the whole response.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "OpenAIResponse", DefaultParameterSetName = "Ask", SupportsShouldProcess = true)]
[OutputType(typeof(Response), typeof(ResponseEvent), typeof(OpenStream<ResponseEvent>))]
public sealed class InvokeOpenAIResponseCommand : PromptCmdlet<ResponseRequest, Response, ResponseEvent>
{
    private ToolLoop? _tools;

    /// <summary>What to answer: text, which the user says, or items (messages, tool results) as objects or hashtables.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Ask")]
    [Alias("Prompt", "Input")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? Message { get; set; }

    /// <inheritdoc/>
    [Parameter(ValueFromPipeline = true, ParameterSetName = "Ask")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public override PSObject? InputObject { get; set; }

    /// <inheritdoc/>
    [Parameter(ParameterSetName = "Ask")]
    public override SwitchParameter ForEachInput { get; set; }

    /// <summary>The id of a background response whose stream broke, or was begun elsewhere: its events go on.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Resume")]
    [TextTransformation]
    public string ResumeFrom { get; set; } = "";

    /// <summary>With -ResumeFrom: the sequence number of the last event that is known. Without it: from the first.</summary>
    [Parameter(ParameterSetName = "Resume")]
    [Alias("starting_after")]
    public long? StartingAfter { get; set; }

    /// <summary>The model to ask, or the deployment's name on Azure. Without it: the connection's default model.</summary>
    [Parameter(ParameterSetName = "Ask", ValueFromPipelineByPropertyName = true)]
    [Alias("Deployment")]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string? Model { get; set; }

    /// <summary>What the model is told before everything else.</summary>
    [Parameter(ParameterSetName = "Ask", ValueFromPipelineByPropertyName = true)]
    [Alias("System", "SystemMessage", "DeveloperMessage")]
    [TextTransformation]
    public string? Instructions { get; set; }

    /// <summary>The response that this one goes on from.</summary>
    [Parameter(ParameterSetName = "Ask", ValueFromPipelineByPropertyName = true)]
    [Alias("previous_response_id")]
    [IdTransformation]
    public string? PreviousResponseId { get; set; }

    /// <summary>Most tokens to generate, reasoning included.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("max_output_tokens", "MaxTokens")]
    [OptionalRange(1, int.MaxValue)]
    public int? MaxOutputTokens { get; set; }

    /// <summary>Sampling temperature, 0 to 2; 0 is the most predictable.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [OptionalRange(0.0, 2.0)]
    public double? Temperature { get; set; }

    /// <summary>Nucleus sampling, 0 to 1: only tokens within this probability mass.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("top_p")]
    [OptionalRange(0.0, 1.0)]
    public double? TopP { get; set; }

    /// <summary>How hard a reasoning model thinks.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("reasoning_effort")]
    [ArgumentCompleter(typeof(ReasoningEffortCompleter))]
    [WordTransformation(typeof(ReasoningEffortCompleter))]
    public string? ReasoningEffort { get; set; }

    /// <summary>Asks for a summary of the reasoning: auto, concise, detailed.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("reasoning_summary")]
    [ArgumentCompleter(typeof(ReasoningSummaryCompleter))]
    [WordTransformation(typeof(ReasoningSummaryCompleter))]
    public string? ReasoningSummary { get; set; }

    /// <summary>How long the answer is to be.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [ArgumentCompleter(typeof(VerbosityCompleter))]
    [WordTransformation(typeof(VerbosityCompleter))]
    public string? Verbosity { get; set; }

    /// <summary>The JSON schema that the answer keeps to: as text, hashtable or file.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [JsonSchemaTransformation]
    public object? JsonSchema { get; set; }

    /// <summary>Tools that the model may use: commands, their names, what ConvertTo-OpenAITool gives, or built-in ones such as <c>@{ type = 'web_search' }</c>.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("Tool")]
    [ToolTransformation]
    [ArgumentCompleter(typeof(CommandNameCompleter))]
    public ChatTool[]? Tools { get; set; }

    /// <summary>auto, none, required, or the name of the tool that the model has to use.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("tool_choice")]
    [ArgumentCompleter(typeof(ToolChoiceCompleter))]
    public object? ToolChoice { get; set; }

    /// <summary>Runs the tools that the model asks for, and sends their results back until it answers. -Confirm asks before each.</summary>
    [Parameter(ParameterSetName = "Ask")]
    public SwitchParameter InvokeTools { get; set; }

    /// <summary>With -InvokeTools: how often the model may ask for tools before it has to answer.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [ValidateRange(1, int.MaxValue)]
    public int MaximumToolRounds { get; set; } = 10;

    /// <summary>With -InvokeTools: how many calls of tools one answer may ask for. Of an answer that asks for more, none is run.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [ValidateRange(1, int.MaxValue)]
    public int MaximumToolCalls { get; set; } = 100;

    /// <summary>What to include in the answer besides, such as <c>reasoning.encrypted_content</c>.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [ArgumentCompleter(typeof(ResponseIncludeCompleter))]
    [WordTransformation(typeof(ResponseIncludeCompleter))]
    public string[]? Include { get; set; }

    /// <summary>Runs on at the service without a connection; with -Stream a broken stream is resumed.</summary>
    [Parameter(ParameterSetName = "Ask")]
    public SwitchParameter Background { get; set; }

    /// <summary>Leaves a background response's stream that breaks as it is, instead of going on with it.</summary>
    [Parameter]
    public SwitchParameter NoResume { get; set; }

    /// <summary>Lets the service read instructions, tools and input ahead, and generate nothing: what is then asked goes on from the response. Over a WebSocket alone.</summary>
    [Parameter(ParameterSetName = "Ask")]
    public SwitchParameter WarmUp { get; set; }

    /// <summary>Keeps the service from keeping the response.</summary>
    [Parameter(ParameterSetName = "Ask")]
    public SwitchParameter NoStore { get; set; }

    /// <summary>What to attach to the response, as names and values.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [DictionaryTransformation]
    public object? Metadata { get; set; }

    /// <summary>How the service processes the request: auto, default, flex, priority and others. The answer's ServiceTier says how it was.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("service_tier")]
    [ArgumentCompleter(typeof(ResponseServiceTierCompleter))]
    [WordTransformation(typeof(ResponseServiceTierCompleter))]
    public string? ServiceTier { get; set; }

    /// <summary>What few requests need, by the names of its keys: <c>@{ PromptCacheKey = 'nightly'; ParallelToolCalls = $false }</c>.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [ArgumentCompleter(typeof(ResponseOptionsCompleter))]
    public ResponseOptions? Options { get; set; }

    private protected override IEnumerable<Contradiction> Contradictions() =>
    [
        .. base.Contradictions(),
        new(StartingAfter is not null && !Stream, "-StartingAfter says which events come, and only -Stream brings events. Add -Stream."),
        new(NoResume && !Stream, "-NoResume is about a stream that breaks, and only -Stream opens one."),
        new(NoResume && !Background && !IsResumption, "-NoResume is about the stream of a background response: add -Background. Other streams are never resumed."),
        new(WarmUp && Stream, "-WarmUp generates nothing that -Stream could bring. Leave one of them out."),
        new(WarmUp && Background, "-WarmUp prepares a WebSocket, and -Background does without one. Use one of them."),
        new(WarmUp && InvokeTools, "-WarmUp generates nothing, so that -InvokeTools has no tool to run. Give -Tools alone."),
        new(Background && NoStore, "-Background needs the service to store the response, and -NoStore forbids it. Use one of them."),
        new(Background && InvokeTools && !Stream, "-Background without -Stream returns before the model asks for a tool, so that -InvokeTools runs none. Add -Stream."),
        new(IsResumption && IsGiven(nameof(AdditionalBody)), "-ResumeFrom asks for a response that there is, without a body that -AdditionalBody could add to."),
        new(Options?.Conversation is not null && IsGiven(nameof(PreviousResponseId)), "The key Conversation of -Options and -PreviousResponseId both say what the response goes on from. Give one of them."),
        Contradiction.Obfuscation(Options?.IncludeObfuscation, Stream),
        .. ToolParameters.Contradictions(InvokeTools, Tools, NoEnumerate, ThrottleLimit, IsGiven(nameof(MaximumToolRounds)), IsGiven(nameof(MaximumToolCalls)), ToolChoice, (IDictionary?)AdditionalBody),
    ];

    private protected override void Answer()
    {
        _tools = InvokeTools ? new ToolRunner(this, Tools!).NewLoop(MaximumToolRounds, MaximumToolCalls) : null;
        base.Answer();
    }

    private protected override ChunkAccumulator? NewAccumulator() => _tools is null ? null : new ResponseAccumulator();

    private protected override ResponseRequest? Next(ResponseRequest request, Response answer) => _tools?.Next(request, answer);

    private protected override RequestOptions NewOptions()
    {
        var options = base.NewOptions();
        options.NoResume = NoResume;
        return options;
    }

    private protected override RequestValues? Values => Options;

    private bool IsResumption => ParameterSetName == "Resume";

    private protected override PromptReader Reader { get; } = new(PromptKind.Items, nameof(Message), "Prompt", "Input");

    // Who runs tools is asked before each of them instead.
    private protected override bool ConfirmsRequests => !InvokeTools;

    private protected override PSObject? Given => Message;

    private protected override bool IsPromptOptional => IsResumption;

    private protected override bool IsPredecessor(object? input) => input is Response;

    private protected override string? SetByRow =>
        NameIfSet(nameof(Model), Model) ?? NameIfSet(nameof(Instructions), Instructions) ?? NameIfSet(nameof(PreviousResponseId), PreviousResponseId);

    private protected override object? Input => IsResumption ? ResumeFrom : base.Input;

    private protected override bool MayReopen => !NoResume && (IsResumption || Background);

    private protected override Task<SseStream<ResponseEvent>> OpenAsync(OpenAIClient client, ResponseRequest request, RequestOptions options, CancellationToken stop) =>
        IsResumption
            ? client.Responses.ResumeStreamingAsync(ResumeFrom, StartingAfter, options, stop)
            : client.Responses.CreateStreamingAsync(request, options, stop);

    private protected override Task<Response> AskAsync(OpenAIClient client, ResponseRequest request, RequestOptions options, CancellationToken stop) =>
        IsResumption ? client.Responses.GetAsync(ResumeFrom, options, stop)
        : WarmUp ? client.Responses.WarmUpAsync(request, options, stop)
        : client.Responses.CreateAsync(request, options, stop);

    private protected override ResponseRequest ToRequest(OpenAIConnection connection) => new()
    {
        Model = IsResumption ? null : Chosen(nameof(Model), Model) ?? DefaultModel,
        Input = CurrentPrompt is string or null ? CurrentPrompt : PromptReader.Items(CurrentPrompt),
        Instructions = Chosen(nameof(Instructions), Instructions),
        PreviousResponseId = Chosen(nameof(PreviousResponseId), PreviousResponseId) ?? (InputObject?.BaseObject as Response)?.Id,
        MaxOutputTokens = MaxOutputTokens,
        Temperature = Temperature,
        TopP = TopP,
        Reasoning = Map(("effort", ReasoningEffort), ("summary", ReasoningSummary)),
        TextOptions = Map(("verbosity", Verbosity), ("format", JsonSchema is JsonMap schema ? JsonSchemaFormat.ForResponse(schema) : null)),
        Tools = Tools is null ? null : [.. Tools.Select(static tool => tool.ForResponse())],
        ToolChoice = ToolParameters.Choice(ToolChoice, Tools ?? [], isResponse: true),
        Include = Include,
        Background = Background ? true : null,
        Store = NoStore ? false : null,
        Metadata = ((IDictionary?)Metadata)?.ToMap(nameof(Metadata)),
        ServiceTier = ServiceTier,
    };

    private static JsonMap? Map(params (string Name, object? Value)[] fields)
    {
        var map = new JsonMap();
        foreach (var (name, value) in fields)
        {
            if (value is not null)
            {
                map[name] = value;
            }
        }

        return map.GetFieldNames().Any() ? map : null;
    }
}
