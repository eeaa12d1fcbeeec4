using System.Management.Automation;

namespace OpenAIStream;

/// <summary>The base class of the cmdlets for existing batches.</summary>
public abstract class BatchIdCmdlet : IdCmdlet
{
    /// <summary>What to do if the service does not know an id.</summary>
    internal const string WhatToDo = "Check the id: Get-OpenAIBatch lists all batches.";

    /// <summary>The ids of the batches, or the batches.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("BatchId")]
    [ArgumentCompleter(typeof(BatchIdCompleter))]
    public override string[] Id { get; set; } = [];

    private protected override string? NotFound => WhatToDo;
}
