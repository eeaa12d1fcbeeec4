using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Shortens the long context of a response, for the next request to continue from.</summary>
[Cmdlet(VerbsData.Compress, "OpenAIResponse", SupportsShouldProcess = true, DefaultParameterSetName = "Response")]
[OutputType(typeof(CompactedResponse))]
public sealed class CompressOpenAIResponseCommand : ModelCmdlet
{
    /// <summary>The response, or its id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Response")]
    [Alias("Id", "ResponseId")]
    [ArgumentCompleter(typeof(ResponseIdCompleter))]
    public PSObject? InputObject { get; set; }

    /// <summary>What to shorten if the service stores nothing: responses, items, messages.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "History")]
    public object[] History { get; set; } = [];

    /// <summary>
    /// The model that will continue, or on Azure the name of the deployment. Without it: the model of the response,
    /// otherwise the default model of the connection.
    /// </summary>
    [Parameter]
    [Alias("Deployment")]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string? Model { get; set; }

    /// <summary>Instructions for the model, sent before everything else.</summary>
    [Parameter]
    [Alias("System", "SystemMessage", "DeveloperMessage")]
    [TextTransformation]
    public string? Instructions { get; set; }

    private protected override object? Input => ParameterSetName == "History" ? History : PipelineInput.Plain(InputObject);

    private protected override string Activity => "Compacting";

    /// <inheritdoc/>
    protected override void ProcessRecord() => AnswerInput();

    private protected override void Answer()
    {
        if (ToRequest() is ResponseRequest request
            && Ask((options, stop) => Target.Client.Responses.CompactAsync(request, options, stop), Input, out var compacted, request.Model))
        {
            WriteObject(compacted);
        }
    }

    /// <summary>The request that the parameters describe; null if they are not valid, in which case the error has been written.</summary>
    private ResponseRequest? ToRequest()
    {
        var response = PlainValue.Base(SerializedModel.Alive(Input)) as Response;
        try
        {
            var history = response is not null && ResponseHistory.IsKept(response) ? new(response.Id, [])
                : PlainValue.Base(Input) is string id ? new(id, [])
                : new HistoryReader(ParameterSetName == "History" ? nameof(History) : nameof(InputObject)).Read(Input);
            return new ResponseRequest
            {
                Model = Model ?? response?.Model ?? DefaultModel,
                Instructions = Instructions,
                PreviousResponseId = history.PreviousResponseId,
                Input = history.Items.Length == 0 ? null : history.Items,
            };
        }
        catch (ArgumentException exception)
        {
            Report(Errors.BadArgument(exception.Message, Input));
            return null;
        }
    }
}
