using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Counts the tokens that Invoke-OpenAIResponse would send, without calling the model.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "OpenAIInput", DefaultParameterSetName = "Ask", SupportsShouldProcess = true)]
[OutputType(typeof(InputTokenCount))]
public sealed class MeasureOpenAIInputCommand : ResponseInputCmdlet<InputTokenCount>
{
    // A count is returned as a whole and costs nothing: without the attribute, these are not parameters.

    /// <inheritdoc/>
    public override SwitchParameter Stream { get; set; }

    /// <inheritdoc/>
    public override SwitchParameter NoEnumerate { get; set; }

    /// <inheritdoc/>
    public override string? Checkpoint { get; set; }

    private protected override string Activity => "Counting tokens";

    private protected override void Deliver(ModelOutput output) => WriteObject(output);

    private protected override Task<SseStream<ResponseEvent>> OpenAsync(OpenAIClient client, ResponseRequest request, RequestOptions options, CancellationToken stop) =>
        throw new NotSupportedException();

    private protected override Task<InputTokenCount> AskAsync(OpenAIClient client, ResponseRequest request, RequestOptions options, CancellationToken stop) =>
        client.Responses.CountInputTokensAsync(request, options, stop);
}
