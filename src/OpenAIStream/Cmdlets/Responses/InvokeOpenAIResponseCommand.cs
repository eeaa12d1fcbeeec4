using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Sends input to the Responses API: with <c>-Stream</c> each event as it arrives, without it the whole response.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "OpenAIResponse", DefaultParameterSetName = "Ask", SupportsShouldProcess = true)]
[OutputType(typeof(Response), typeof(ResponseEvent), typeof(OpenStream<ResponseEvent>), typeof(Batch))]
public sealed class InvokeOpenAIResponseCommand : ResponseInputCmdlet<Response>
{
    private BackgroundResponses? _background; // those that Ctrl+C cancels
    private ToolLoop? _tools;

    /// <summary>The id of a background response whose stream broke, or that was started elsewhere; its remaining events are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Resume")]
    [IdTransformation]
    [ArgumentCompleter(typeof(ResponseIdCompleter))]
    public string ResumeFrom { get; set; } = "";

    /// <summary>With -ResumeFrom: the sequence number of the last event that was received. Without it: from the first.</summary>
    [Parameter(ParameterSetName = "Resume")]
    [Alias("starting_after")]
    public long? StartingAfter { get; set; }

    /// <summary>The maximum number of tokens to generate, including reasoning.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("max_output_tokens", "MaxTokens")]
    [OptionalRange(1, int.MaxValue)]
    public int? MaxOutputTokens { get; set; }

    /// <summary>The sampling temperature, 0 to 2; 0 is the most predictable.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [OptionalRange(0.0, 2.0)]
    public double? Temperature { get; set; }

    /// <summary>Nucleus sampling, 0 to 1: only the tokens within this probability mass are considered.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("top_p")]
    [OptionalRange(0.0, 1.0)]
    public double? TopP { get; set; }

    /// <summary>Runs the tools that the model requests, and sends their results back until it answers. -Confirm prompts before each call.</summary>
    [Parameter(ParameterSetName = "Ask")]
    public SwitchParameter InvokeTools { get; set; }

    /// <summary>With -InvokeTools: the maximum number of times that the model can request tools before it has to answer.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [ValidateRange(1, int.MaxValue)]
    public int MaximumToolRounds { get; set; } = 10;

    /// <summary>With -InvokeTools: the maximum number of tool calls in one answer. If an answer requests more, none is run.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [ValidateRange(1, int.MaxValue)]
    public int MaximumToolCalls { get; set; } = 100;

    /// <summary>Additional data to include in the answer, such as <c>reasoning.encrypted_content</c>.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [ArgumentCompleter(typeof(ResponseIncludeCompleter))]
    [WordTransformation(typeof(ResponseIncludeCompleter))]
    public string[]? Include { get; set; }

    /// <summary>The response continues at the service without a connection; with -Stream, a broken stream is resumed.</summary>
    [Parameter(ParameterSetName = "Ask")]
    public SwitchParameter Background { get; set; }

    /// <summary>With -Background: the time by which the response has to be complete: soonest, 2h, 8h. A response that can wait costs less.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("completion_window")]
    [ArgumentCompleter(typeof(CompletionWindowCompleter))]
    [WordTransformation(typeof(CompletionWindowCompleter))]
    public string? CompletionWindow { get; set; }

    /// <summary>With -Background: Ctrl+C leaves the response running, instead of canceling it at the service.</summary>
    [Parameter(ParameterSetName = "Ask")]
    public SwitchParameter LeaveRunning { get; set; }

    /// <summary>Does not resume the stream of a background response if it breaks.</summary>
    [Parameter]
    public SwitchParameter NoResume { get; set; }

    /// <summary>
    /// The service reads instructions, tools and input ahead, and generates nothing; the next request continues from the
    /// response. Requires a WebSocket.
    /// </summary>
    [Parameter(ParameterSetName = "Ask")]
    public SwitchParameter WarmUp { get; set; }

    /// <summary>Asks the service not to store the response.</summary>
    [Parameter(ParameterSetName = "Ask")]
    public SwitchParameter NoStore { get; set; }

    /// <summary>Metadata for the response, as names and values.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [DictionaryTransformation]
    public object? Metadata { get; set; }

    /// <summary>
    /// How the service processes the request: auto, default, flex, priority and others. ServiceTier of the answer shows how
    /// it was processed.
    /// </summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("service_tier")]
    [ArgumentCompleter(typeof(ResponseServiceTierCompleter))]
    [WordTransformation(typeof(ResponseServiceTierCompleter))]
    public string? ServiceTier { get; set; }

    /// <summary>Sends the prompts as batches, which the service answers within a day at a lower price, and writes the batches.</summary>
    [Parameter(ParameterSetName = "Ask")]
    public SwitchParameter AsBatch { get; set; }

    private protected override IEnumerable<Contradiction> Contradictions() =>
    [
        .. base.Contradictions(),
        new(StartingAfter is not null && !Stream, "-StartingAfter selects the events to return, and only -Stream returns events. Add -Stream."),
        new(NoResume && !Stream, "-NoResume applies to a broken stream, and only -Stream opens one. Add -Stream."),
        new(NoResume && !Background && !IsResumption, "-NoResume applies to the stream of a background response. Add -Background. Other streams are never resumed."),
        new(LeaveRunning && !Background, "-LeaveRunning applies to a background response. Add -Background. Other responses end with their connection."),
        new(CompletionWindow is not null && !Background, "-CompletionWindow applies to a background response. Add -Background."),
        new(CompletionWindow is not (null or "soonest") && Stream, "With a -CompletionWindow of hours, the service does not stream. Remove -Stream; Get-OpenAIResponse -Wait waits for the response."),
        new(CompletionWindow is not null && Options?.BackgroundOptions is not null, "-CompletionWindow and the key BackgroundOptions of -Options set the same value. Use one of them."),
        new(WarmUp && Stream, "-WarmUp generates nothing that -Stream could return. Use one of them."),
        new(WarmUp && Background, "-WarmUp prepares a WebSocket, and -Background does not use one. Use one of them."),
        new(WarmUp && InvokeTools, "-WarmUp generates nothing, so -InvokeTools has no tool to run. Use -Tools without -InvokeTools."),
        new(Background && NoStore, "-Background requires the service to store the response, and -NoStore forbids it. Use one of them."),
        new(Background && InvokeTools && !Stream, "-Background without -Stream returns before the model requests a tool, so -InvokeTools runs none. Add -Stream."),
        new(IsResumption && IsGiven(nameof(AdditionalBody)), "-ResumeFrom gets an existing response. That request has no body to which -AdditionalBody could add."),
        new(IsResumption && Checkpoint is not null, "-ResumeFrom gets an existing response, and -Checkpoint keeps answers to prompts. Use one of them.", Checkpoint),
        Contradiction.Obfuscation(Options?.IncludeObfuscation, Stream),
        .. ToolParameters.Contradictions(InvokeTools, Tools, NoEnumerate, ThrottleLimit, IsGiven(nameof(MaximumToolRounds)), IsGiven(nameof(MaximumToolCalls)), ToolChoice, (IDictionary?)AdditionalBody),
    ];

    private protected override void Answer()
    {
        _background ??= Background && !LeaveRunning ? new BackgroundResponses(Use.Again, NewOptions) : null;
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

    private protected override string? BatchPath => AsBatch ? "responses" : null;

    private bool IsResumption => ParameterSetName == "Resume";

    // If tools are run, the user is prompted before each of them instead.
    private protected override bool ConfirmsRequests => !InvokeTools;

    private protected override bool IsPromptOptional => IsResumption;

    private protected override object? Input => IsResumption ? ResumeFrom : base.Input;

    private protected override bool MayReopen => !NoResume && (IsResumption || Background);

    private protected override Task<SseStream<ResponseEvent>> OpenAsync(OpenAIClient client, ResponseRequest request, RequestOptions options, CancellationToken stop) =>
        IsResumption ? client.Responses.ResumeStreamingAsync(ResumeFrom, StartingAfter, options, stop)
            : _background is null ? client.Responses.CreateStreamingAsync(request, options, stop)
            : _background.OpenAsync(token => client.Responses.CreateStreamingAsync(request, options, token), stop);

    private protected override Task<Response> AskAsync(OpenAIClient client, ResponseRequest request, RequestOptions options, CancellationToken stop) =>
        IsResumption ? client.Responses.GetAsync(ResumeFrom, options, stop)
            : WarmUp ? client.Responses.WarmUpAsync(request, options, stop)
            : _background is null ? client.Responses.CreateAsync(request, options, stop)
            : _background.CreateAsync(token => client.Responses.CreateAsync(request, options, token), stop);

    private protected override void Deliver(ModelOutput output)
    {
        if (((output as ResponseLifecycleEvent)?.Response ?? output as Response) is Response response)
        {
            Target.RecentResponses.Note(response.Id, InputText);
        }

        _background?.Note(output);
        base.Deliver(output);
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        _background?.Stop();
        base.StopProcessing();
    }

    private protected override ResponseRequest ToRequest(OpenAIConnection connection)
    {
        if (IsResumption)
        {
            return new ResponseRequest();
        }

        var request = base.ToRequest(connection);
        request.MaxOutputTokens = MaxOutputTokens;
        request.Temperature = Temperature;
        request.TopP = TopP;
        request.Include = Include;
        request.Background = Background ? true : null;
        request.BackgroundOptions = CompletionWindow is null ? null : new JsonMap { ["completion_window"] = CompletionWindow };
        request.Store = NoStore ? false : null;
        request.Metadata = ((IDictionary?)Metadata)?.ToMap(nameof(Metadata));
        request.ServiceTier = ServiceTier;
        return request;
    }
}
