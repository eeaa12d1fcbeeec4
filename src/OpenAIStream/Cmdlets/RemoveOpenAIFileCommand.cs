using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Deletes files that the service keeps.</summary>
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
            if (Try(() => Target.Client, id, out var client) && MaySend(options => client.Files.DeleteAsync(id, options, Stop), target: id))
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
                Try(() => Await((options, token) => client.Files.DeleteAsync(id, options, token), stop), id, out _);
            }
        }
    }
}
