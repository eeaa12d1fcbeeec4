using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Cancels batches.</summary>
[Cmdlet(VerbsLifecycle.Stop, "OpenAIBatch", SupportsShouldProcess = true)]
[OutputType(typeof(Batch))]
public sealed class StopOpenAIBatchCommand : BatchIdCmdlet
{
    /// <summary>Writes each batch in its new state.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Answer(string id)
    {
        if (Ask((options, stop) => Target.Client.Batches.CancelAsync(id, options, stop), id, out var batch) && PassThru)
        {
            WriteObject(batch);
        }
    }
}
