using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Runs an assistant on a thread: with <c>-Stream</c> each event as it arrives, without it the run when it starts.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "OpenAIThreadRun", DefaultParameterSetName = "Run", SupportsShouldProcess = true)]
[OutputType(typeof(ThreadRun), typeof(AssistantEvent), typeof(OpenStream<AssistantEvent>))]
public sealed class InvokeOpenAIThreadRunCommand : PromptCmdlet<ThreadRunRequest, ThreadRun, AssistantEvent>
{
    private ThreadToolOutput[] _outputs = [];

    /// <summary>The assistant to run.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Run")]
    [Alias("assistant_id")]
    [TextTransformation]
    public string AssistantId { get; set; } = "";

    /// <summary>The message of the user: text, or a message as an object or hashtable. It is added to the thread before the run.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Run")]
    [Alias("Prompt", "Input")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? Message { get; set; }

    /// <inheritdoc/>
    [Parameter(ValueFromPipeline = true, ParameterSetName = "Run")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public override PSObject? InputObject { get; set; }

    /// <inheritdoc/>
    [Parameter(ParameterSetName = "Run")]
    public override SwitchParameter ForEachInput { get; set; }

    /// <summary>The thread to run on. Without it, each run gets a new thread.</summary>
    [Parameter(ParameterSetName = "Run")]
    [Parameter(Mandatory = true, ParameterSetName = "Submit")]
    [Alias("thread_id")]
    [TextTransformation]
    public string? ThreadId { get; set; }

    /// <summary>The run that waits for the output of its tools (<c>thread.run.requires_action</c>).</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Submit")]
    [Alias("run_id")]
    [TextTransformation]
    public string RunId { get; set; } = "";

    /// <summary>The output of the tools: the id of each call, and its output.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Submit")]
    [Alias("tool_outputs")]
    [DictionaryTransformation]
    public object ToolOutput { get; set; } = new Hashtable();

    /// <summary>The model to use, instead of the assistant's own.</summary>
    [Parameter(ParameterSetName = "Run", ValueFromPipelineByPropertyName = true)]
    [Alias("Deployment")]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string? Model { get; set; }

    /// <summary>The instructions for the assistant, instead of its own.</summary>
    [Parameter(ParameterSetName = "Run")]
    [TextTransformation]
    public string? Instructions { get; set; }

    /// <summary>Instructions for the assistant in addition to its own. Requires -ThreadId.</summary>
    [Parameter(ParameterSetName = "Run")]
    [Alias("additional_instructions")]
    [TextTransformation]
    public string? AdditionalInstructions { get; set; }

    /// <summary>Tools, instead of the assistant's own.</summary>
    [Parameter(ParameterSetName = "Run")]
    [ToolTransformation]
    [ArgumentCompleter(typeof(CommandNameCompleter))]
    public ChatTool[]? Tools { get; set; }

    /// <summary>The sampling temperature, 0 to 2; 0 is the most predictable.</summary>
    [Parameter(ParameterSetName = "Run")]
    [OptionalRange(0.0, 2.0)]
    public double? Temperature { get; set; }

    /// <summary>Nucleus sampling, 0 to 1: only the tokens within this probability mass are considered.</summary>
    [Parameter(ParameterSetName = "Run")]
    [Alias("top_p")]
    [OptionalRange(0.0, 1.0)]
    public double? TopP { get; set; }

    /// <summary>The maximum number of prompt tokens in the whole run.</summary>
    [Parameter(ParameterSetName = "Run")]
    [Alias("max_prompt_tokens")]
    [OptionalRange(1, int.MaxValue)]
    public int? MaxPromptTokens { get; set; }

    /// <summary>The maximum number of tokens to generate in the whole run.</summary>
    [Parameter(ParameterSetName = "Run")]
    [Alias("max_completion_tokens", "MaxTokens")]
    [OptionalRange(1, int.MaxValue)]
    public int? MaxCompletionTokens { get; set; }

    /// <summary>Metadata for the run, as names and values.</summary>
    [Parameter(ParameterSetName = "Run")]
    [DictionaryTransformation]
    public object? Metadata { get; set; }

    private bool IsSubmission => ParameterSetName == "Submit";

    private protected override IEnumerable<Contradiction> Contradictions() =>
    [
        .. base.Contradictions(),
        new(AdditionalInstructions is not null && ThreadId is null, "-AdditionalInstructions requires an existing thread. Add -ThreadId, or use -Instructions."),
        new(IsSubmission && Checkpoint is not null, "-ToolOutput continues an existing run, and -Checkpoint keeps answers to prompts. Use one of them.", Checkpoint),
        new(IsSubmission && IsGiven(nameof(AdditionalBody)), "-AdditionalBody adds to the request for a new run, and -ToolOutput continues an existing run. Use one of them."),
    ];

    private protected override PromptReader Reader { get; } = new(PromptKind.Message, nameof(Message), "Prompt", "Input");

    private protected override PSObject? Given => Message;

    private protected override bool IsPromptOptional => true;

    private protected override string? SetByRow => NameIfSet(nameof(Model), Model);

    private protected override object? Input => IsSubmission ? RunId : base.Input;

    private protected override Task<SseStream<AssistantEvent>> OpenAsync(OpenAIClient client, ThreadRunRequest request, RequestOptions options, CancellationToken stop) =>
        IsSubmission
            ? client.Assistants.SubmitToolOutputsStreamingAsync(ThreadId!, RunId, _outputs, options, stop)
            : client.Assistants.CreateStreamingAsync(request, options, stop);

    private protected override Task<ThreadRun> AskAsync(OpenAIClient client, ThreadRunRequest request, RequestOptions options, CancellationToken stop) =>
        IsSubmission
            ? client.Assistants.SubmitToolOutputsAsync(ThreadId!, RunId, _outputs, options, stop)
            : client.Assistants.CreateAsync(request, options, stop);

    private protected override ThreadRunRequest ToRequest(OpenAIConnection connection)
    {
        // Here and not where they are sent: some values can be converted to text only on the pipeline's thread.
        _outputs = [.. ((IDictionary)ToolOutput).Cast<DictionaryEntry>().Select(static output => new ThreadToolOutput
        {
            ToolCallId = LanguagePrimitives.ConvertTo<string>(output.Key),
            Output = ToolResult.TextOf(output.Value),
        })];
        var request = new ThreadRunRequest
        {
            AssistantId = AssistantId,
            ThreadId = ThreadId,
            Model = Chosen(nameof(Model), Model),
            Instructions = Instructions,
            AdditionalInstructions = AdditionalInstructions,
            Tools = Tools,
            Temperature = Temperature,
            TopP = TopP,
            MaxPromptTokens = MaxPromptTokens,
            MaxCompletionTokens = MaxCompletionTokens,
            Metadata = ((IDictionary?)Metadata)?.ToMap(nameof(Metadata)),
        };
        if (CurrentPrompt is not null)
        {
            ChatMessage[] messages = [CurrentPrompt as ChatMessage ?? new ChatMessage("user", (string)CurrentPrompt)];
            if (ThreadId is null)
            {
                request.Thread = new JsonMap { ["messages"] = messages };
            }
            else
            {
                request.AdditionalMessages = messages;
            }
        }

        return request;
    }
}
