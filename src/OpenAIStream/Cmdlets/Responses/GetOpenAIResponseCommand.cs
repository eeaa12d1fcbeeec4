using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Gets stored responses in their current state or, with <c>-Wait</c>, when they have ended.</summary>
[Cmdlet(VerbsCommon.Get, "OpenAIResponse", SupportsShouldProcess = true)]
[OutputType(typeof(Response))]
public sealed class GetOpenAIResponseCommand : ResponseIdCmdlet
{
    /// <summary>Waits until the response has ended. Ctrl+C ends the wait, and leaves the response running.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Additional data to include in the answer, such as <c>reasoning.encrypted_content</c>.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ResponseIncludeCompleter))]
    [WordTransformation(typeof(ResponseIncludeCompleter))]
    public string[]? Include { get; set; }

    private protected override string Activity => Wait ? "Waiting for the response" : base.Activity;

    private protected override RequestOptions NewOptions()
    {
        var options = base.NewOptions();
        foreach (string one in Include ?? [])
        {
            options.RepeatedQuery.Add(new("include[]", one));
        }

        return options;
    }

    private protected override void Answer(string id)
    {
        var responses = Target.Client.Responses;
        if (Ask((options, stop) => Wait ? responses.WaitAsync(id, options, stop) : responses.GetAsync(id, options, stop), id, out var response))
        {
            Target.RecentResponses.Note(response.Id);
            if (Wait && response.Status is not ("completed" or "failed" or "cancelled" or "incomplete"))
            {
                string status = response.Status is string unknown ? $"the unknown status '{SafeText.OneLine(unknown)}'" : "no status";
                WriteWarning($"The response {SafeText.OneLine(id)} has {status}, so it may not have ended.");
            }

            WriteObject(response);
        }
    }
}
