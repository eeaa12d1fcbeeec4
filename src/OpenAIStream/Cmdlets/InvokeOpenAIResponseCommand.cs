using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Asks the Responses API: with <c>-Stream</c> each event as it arrives, without it the whole response.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "OpenAIResponse", DefaultParameterSetName = "Ask", SupportsShouldProcess = true)]
[OutputType(typeof(Response), typeof(ResponseEvent), typeof(OpenStream<ResponseEvent>))]
public sealed class InvokeOpenAIResponseCommand : StreamingCmdlet<ResponseRequest, Response, ResponseEvent>
{
    private ToolLoop? _tools;

    /// <summary>What to answer: text, which the user says, or items (messages, tool results) as objects or hashtables.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Ask")]
    [Alias("Prompt", "Input")]
    public object Message { get; set; } = "";

    /// <summary>The id of a background response whose stream broke, or was begun elsewhere: its events go on.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Resume")]
    public string ResumeFrom { get; set; } = "";

    /// <summary>With -ResumeFrom: the sequence number of the last event that is known. Without it: from the first.</summary>
    [Parameter(ParameterSetName = "Resume")]
    [Alias("starting_after")]
    public long? StartingAfter { get; set; }

    /// <summary>The model to ask, or the deployment's name on Azure. Without it: the connection's default model.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("Deployment")]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string? Model { get; set; }

    /// <summary>What the model is told before everything else.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("System", "SystemMessage", "DeveloperMessage")]
    public string? Instructions { get; set; }

    /// <summary>The response that this one goes on from.</summary>
    [Parameter(ParameterSetName = "Ask", ValueFromPipelineByPropertyName = true)]
    [Alias("previous_response_id")]
    public string? PreviousResponseId { get; set; }

    /// <summary>Most tokens to generate, reasoning included.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("max_output_tokens", "MaxTokens")]
    [ValidateRange(1, int.MaxValue)]
    public int? MaxOutputTokens { get; set; }

    /// <summary>Sampling temperature, 0 to 2; 0 is the most predictable.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [ValidateRange(0.0, 2.0)]
    public double? Temperature { get; set; }

    /// <summary>Nucleus sampling, 0 to 1: only tokens within this probability mass.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("top_p")]
    [ValidateRange(0.0, 1.0)]
    public double? TopP { get; set; }

    /// <summary>How hard a reasoning model thinks.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("reasoning_effort")]
    [ArgumentCompleter(typeof(ReasoningEffortCompleter))]
    public string? ReasoningEffort { get; set; }

    /// <summary>Asks for a summary of the reasoning: auto, concise, detailed.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("reasoning_summary")]
    [ArgumentCompleter(typeof(ReasoningSummaryCompleter))]
    public string? ReasoningSummary { get; set; }

    /// <summary>How long the answer is to be.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [ArgumentCompleter(typeof(VerbosityCompleter))]
    public string? Verbosity { get; set; }

    /// <summary>The JSON schema that the answer keeps to: as text, hashtable or file.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [JsonSchemaTransformation]
    public JsonMap? JsonSchema { get; set; }

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

    /// <summary>What to include in the answer besides, such as <c>reasoning.encrypted_content</c>.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [ArgumentCompleter(typeof(ResponseIncludeCompleter))]
    public string[]? Include { get; set; }

    /// <summary>Runs on at the service without a connection; with -Stream a broken stream is resumed.</summary>
    [Parameter(ParameterSetName = "Ask")]
    public SwitchParameter Background { get; set; }

    /// <summary>Leaves a background response's stream that breaks as it is, instead of going on with it.</summary>
    [Parameter]
    public SwitchParameter NoResume { get; set; }

    /// <summary>Keeps the service from keeping the response.</summary>
    [Parameter(ParameterSetName = "Ask")]
    public SwitchParameter NoStore { get; set; }

    /// <summary>What to attach to the response, as names and values.</summary>
    [Parameter(ParameterSetName = "Ask")]
    public IDictionary? Metadata { get; set; }

    private protected override IEnumerable<Contradiction> Contradictions() => ToolParameters.Contradictions(InvokeTools, Tools, NoEnumerate, ThrottleLimit);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        _tools = InvokeTools ? new ToolRunner(this, Tools!).NewLoop(MaximumToolRounds) : null;
        base.ProcessRecord();
    }

    private protected override ChunkAccumulator? NewAccumulator() => _tools is null ? null : new ResponseAccumulator();

    private protected override ResponseRequest? Next(ResponseRequest request, Response answer) => _tools?.Next(request, answer);

    private protected override RequestOptions NewOptions()
    {
        var options = base.NewOptions();
        options.NoResume = NoResume;
        return options;
    }

    private bool IsResumption => ParameterSetName == "Resume";

    private protected override object? Input => IsResumption ? ResumeFrom : Message;

    private protected override bool MayReopen => !NoResume && (IsResumption || Background);

    private protected override Task<SseStream<ResponseEvent>> OpenAsync(OpenAIClient client, ResponseRequest request, RequestOptions options, CancellationToken stop) =>
        IsResumption
            ? client.Responses.ResumeStreamingAsync(ResumeFrom, StartingAfter, options, stop)
            : client.Responses.CreateStreamingAsync(request, options, stop);

    private protected override Task<Response> AskAsync(OpenAIClient client, ResponseRequest request, RequestOptions options, CancellationToken stop) =>
        IsResumption ? client.Responses.GetAsync(ResumeFrom, options, stop) : client.Responses.CreateAsync(request, options, stop);

    private protected override ResponseRequest ToRequest(OpenAIConnection connection) => new()
    {
        Model = Model ?? connection.DefaultModel ?? "gpt-4o-mini",
        Input = ToInput(Dictionaries.Unwrap(Message)),
        Instructions = Instructions,
        PreviousResponseId = PreviousResponseId,
        MaxOutputTokens = MaxOutputTokens,
        Temperature = Temperature,
        TopP = TopP,
        Reasoning = Map(("effort", ReasoningEffort), ("summary", ReasoningSummary)),
        TextOptions = Map(("verbosity", Verbosity), ("format", JsonSchema is null ? null : JsonSchemaFormat.ForResponse(JsonSchema))),
        Tools = Tools is null ? null : [.. Tools.Select(static tool => tool.ForResponse())],
        ToolChoice = ToolParameters.Choice(ToolChoice, Tools ?? [], isResponse: true),
        Include = Include,
        Background = Background ? true : null,
        Store = NoStore ? false : null,
        Metadata = Metadata?.ToMap(nameof(Metadata)),
    };

    /// <summary>Text may stand alone; everything else is a list of items, and a chat's message is one or more of them.</summary>
    private static object? ToInput(object? message) => message switch
    {
        ChatMessage chat => (object?[])[.. ResponseInput.From(chat)],
        object?[] items => items.SelectMany(static item => ToInput(item) is object?[] several ? several : [item]).ToArray(),
        JsonModel or IDictionary => new[] { message },
        _ => message,
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
