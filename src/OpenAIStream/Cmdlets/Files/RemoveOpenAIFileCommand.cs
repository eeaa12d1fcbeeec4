using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Deletes files that are stored at the service.</summary>
[Cmdlet(VerbsCommon.Remove, "OpenAIFile", SupportsShouldProcess = true)]
public sealed class RemoveOpenAIFileCommand : IdCmdlet
{
    /// <summary>What to do where the service does not know an id.</summary>
    internal const string WhatToDo = "Check the id; Get-OpenAIFile lists the files that the service keeps.";

    /// <summary>The ids of the files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FileId")]
    public override string[] Id { get; set; } = [];

    private protected override string? NotFound => WhatToDo;

    private protected override void Answer(string id) =>
        Ask((options, stop) => Done(Target.Client.Files.DeleteAsync(id, options, stop)), id, out _);
}
