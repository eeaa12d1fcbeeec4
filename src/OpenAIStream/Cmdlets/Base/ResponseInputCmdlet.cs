using System.Management.Automation;

namespace OpenAIStream;

/// <summary>A cmdlet that takes the input of a response: the message, what it continues from, and the instructions and tools for the model.</summary>
/// <typeparam name="TWhole">The type of the output.</typeparam>
public abstract class ResponseInputCmdlet<TWhole> : PromptCmdlet<ResponseRequest, TWhole, ResponseEvent>
    where TWhole : ModelOutput
{
    /// <summary>The input: the text of the user, or items (messages, tool results) as objects or hashtables.</summary>
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

    /// <summary>The model to use, or on Azure the name of the deployment. Without it: the default model of the connection.</summary>
    [Parameter(ParameterSetName = "Ask", ValueFromPipelineByPropertyName = true)]
    [Alias("Deployment")]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string? Model { get; set; }

    /// <summary>Instructions for the model, sent before everything else.</summary>
    [Parameter(ParameterSetName = "Ask", ValueFromPipelineByPropertyName = true)]
    [Alias("System", "SystemMessage", "DeveloperMessage")]
    [TextTransformation]
    public string? Instructions { get; set; }

    /// <summary>The response to continue from.</summary>
    [Parameter(ParameterSetName = "Ask", ValueFromPipelineByPropertyName = true)]
    [Alias("previous_response_id")]
    [IdTransformation]
    [ArgumentCompleter(typeof(ResponseIdCompleter))]
    public string? PreviousResponseId { get; set; }

    /// <summary>The conversation to continue, to which the response is added: its id, or the output of New-OpenAIConversation.</summary>
    [Parameter(ParameterSetName = "Ask", ValueFromPipelineByPropertyName = true)]
    [Alias("ConversationId")]
    [ConversationIdTransformation]
    [ArgumentCompleter(typeof(ConversationIdCompleter))]
    public string? Conversation { get; set; }

    /// <summary>
    /// The input to send before the message: an earlier response, which represents its whole conversation, a compacted
    /// response, items, messages.
    /// </summary>
    [Parameter(ParameterSetName = "Ask")]
    public object[]? History { get; set; }

    /// <summary>How much a reasoning model reasons.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("reasoning_effort")]
    [ArgumentCompleter(typeof(ReasoningEffortCompleter))]
    [WordTransformation(typeof(ReasoningEffortCompleter))]
    public string? ReasoningEffort { get; set; }

    /// <summary>Requests a summary of the reasoning: auto, concise, detailed.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("reasoning_summary")]
    [ArgumentCompleter(typeof(ReasoningSummaryCompleter))]
    [WordTransformation(typeof(ReasoningSummaryCompleter))]
    public string? ReasoningSummary { get; set; }

    /// <summary>The length of the answer.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [ArgumentCompleter(typeof(VerbosityCompleter))]
    [WordTransformation(typeof(VerbosityCompleter))]
    public string? Verbosity { get; set; }

    /// <summary>The JSON schema for the answer: text, hashtable or file.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [JsonSchemaTransformation]
    public object? JsonSchema { get; set; }

    /// <summary>
    /// Tools that the model can use: commands, their names, the output of ConvertTo-OpenAITool, or built-in tools such as
    /// <c>@{ type = 'web_search' }</c>.
    /// </summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("Tool")]
    [ToolTransformation]
    [ArgumentCompleter(typeof(CommandNameCompleter))]
    public ChatTool[]? Tools { get; set; }

    /// <summary>auto, none, required, or the name of the tool that the model must use.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [Alias("tool_choice")]
    [ArgumentCompleter(typeof(ToolChoiceCompleter))]
    public object? ToolChoice { get; set; }

    /// <summary>Less common settings, by their names: <c>@{ PromptCacheKey = 'nightly'; ParallelToolCalls = $false }</c>.</summary>
    [Parameter(ParameterSetName = "Ask")]
    [ArgumentCompleter(typeof(ResponseOptionsCompleter))]
    public ResponseOptions? Options { get; set; }

    private protected override IEnumerable<Contradiction> Contradictions() =>
    [
        .. base.Contradictions(),
        new(IsGiven(nameof(Conversation)) && IsGiven(nameof(PreviousResponseId)), "-Conversation and -PreviousResponseId both specify what the response continues from. Use one of them."),
        new(IsGiven(nameof(History)) && IsGiven(nameof(PreviousResponseId)), "-History and -PreviousResponseId both specify what the response continues from. Use one of them."),
    ];

    private protected override RequestValues? Values => Options;

    private protected override PromptReader Reader { get; } = new(PromptKind.Items, nameof(Message), "Prompt", "Input");

    private protected override PSObject? Given => Message;

    private protected override bool IsPredecessor(object? input) => input is Response or CompactedResponse;

    private protected override string? SetByRow =>
        NameIfSet(nameof(Model), Model) ?? NameIfSet(nameof(Instructions), Instructions)
        ?? NameIfSet(nameof(PreviousResponseId), PreviousResponseId) ?? NameIfSet(nameof(Conversation), Conversation);

    private protected override string? Advice(ApiException exception) => exception.Code == "previous_response_not_found"
        ? "The service stores a response only for a time, and not if it was created with -NoStore. Pipe the earlier response or pass it to -History to send the conversation again. Without it, start a new conversation."
        : base.Advice(exception);

    private protected override ResponseRequest ToRequest(OpenAIConnection connection)
    {
        var request = new ResponseRequest
        {
            Model = Chosen(nameof(Model), Model) ?? DefaultModel,
            Input = CurrentPrompt is string or null ? CurrentPrompt : PromptReader.Items(CurrentPrompt),
            Instructions = Chosen(nameof(Instructions), Instructions),
            PreviousResponseId = Chosen(nameof(PreviousResponseId), PreviousResponseId),
            Conversation = Chosen(nameof(Conversation), Conversation),
            Reasoning = Map(("effort", ReasoningEffort), ("summary", ReasoningSummary)),
            TextOptions = Map(("verbosity", Verbosity), ("format", JsonSchema is JsonMap schema ? JsonSchemaFormat.ForResponse(schema) : null)),
            Tools = Tools is null ? null : [.. Tools.Select(static tool => tool.ForResponse())],
            ToolChoice = ToolParameters.Choice(ToolChoice, Tools ?? [], isResponse: true),
        };
        GoOn(request);
        return request;
    }

    /// <summary>Sets what the request continues from: what parameters specify, otherwise the response in the pipeline.</summary>
    private void GoOn(ResponseRequest request)
    {
        var history = ResponseHistory.None;
        if (History is not null)
        {
            history = new HistoryReader(nameof(History)).Read(History);
        }
        else if (request.PreviousResponseId is not null || request.Conversation is not null)
        {
            return;
        }
        else if (InputObject?.BaseObject is Response { Conversation: JsonMap conversation })
        {
            request.Conversation = conversation["id"];
        }
        else if (InputObject?.BaseObject is Response response && ResponseHistory.IsKept(response))
        {
            request.PreviousResponseId = response.Id;
            request.WholeInput = ResponseHistory.WholeOf(response) is { } before ? [.. before, .. PromptReader.Items(CurrentPrompt!)] : null;
        }
        else if (IsPredecessor(InputObject?.BaseObject))
        {
            history = new HistoryReader(nameof(InputObject)).Read(InputObject);
        }

        if (history.PreviousResponseId is not null)
        {
            request.PreviousResponseId = request.Conversation is null ? history.PreviousResponseId
                : throw new ArgumentException($"-History continues from {history.PreviousResponseId}, which cannot be combined with -Conversation. Use one of them.");
        }

        if (history.Items.Length > 0)
        {
            request.Input = (object?[])[.. history.Items, .. PromptReader.Items(CurrentPrompt!)];
        }
    }

    private static JsonMap? Map(params (string Name, object? Value)[] fields)
    {
        var map = Dictionaries.WithValues(fields);
        return map.GetFieldNames().Any() ? map : null;
    }
}
