using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Deletes files that are stored at the service.</summary>
[Cmdlet(VerbsCommon.Remove, "OpenAIFile", SupportsShouldProcess = true)]
public sealed class RemoveOpenAIFileCommand : RequestCmdlet
{
    /// <summary>The ids of the files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FileId")]
    public string[] Id { get; set; } = [];

    private protected override bool IsOneOfSeveral => base.IsOneOfSeveral || Id.Length > 1;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string id in Id)
        {
            if (Try(() => Target.Client, id, out var client))
            {
                Ask((options, stop) => client.Files.DeleteAsync(id, options, stop), id, out _);
            }
        }
    }
}
