using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Cancels background responses at the service.</summary>
[Cmdlet(VerbsLifecycle.Stop, "OpenAIResponse", SupportsShouldProcess = true)]
[OutputType(typeof(Response))]
public sealed class StopOpenAIResponseCommand : ResponseIdCmdlet
{
    /// <summary>Writes each response in its new state.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Answer(string id)
    {
        if (Ask((options, stop) => Target.Client.Responses.CancelAsync(id, options, stop), id, out var response) && PassThru)
        {
            WriteObject(response);
        }
    }
}
