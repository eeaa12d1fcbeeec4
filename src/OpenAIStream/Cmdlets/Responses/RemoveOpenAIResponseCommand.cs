using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Deletes responses that the service stores.</summary>
[Cmdlet(VerbsCommon.Remove, "OpenAIResponse", SupportsShouldProcess = true)]
public sealed class RemoveOpenAIResponseCommand : ResponseIdCmdlet
{
    private protected override void Answer(string id)
    {
        if (Ask((options, stop) => Done(Target.Client.Responses.DeleteAsync(id, options, stop)), id, out _))
        {
            Target.RecentResponses.Forget(id);
        }
    }
}
