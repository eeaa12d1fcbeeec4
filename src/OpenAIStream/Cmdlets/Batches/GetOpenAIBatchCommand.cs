using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Gets batches in their current state, or lists all batches.</summary>
[Cmdlet(VerbsCommon.Get, "OpenAIBatch", DefaultParameterSetName = "List", SupportsShouldProcess = true)]
[OutputType(typeof(Batch))]
public sealed class GetOpenAIBatchCommand : IdCmdlet
{
    /// <summary>The ids of the batches to get; without it, all batches are listed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = nameof(Id))]
    [Alias("BatchId")]
    [ArgumentCompleter(typeof(BatchIdCompleter))]
    public override string[] Id { get; set; } = [];

    /// <summary>Gets only batches with these statuses.</summary>
    [Parameter(ParameterSetName = "List")]
    [ArgumentCompleter(typeof(BatchStatusCompleter))]
    [WordTransformation(typeof(BatchStatusCompleter))]
    public string[]? Status { get; set; }

    /// <summary>The number of batches to get, newest first; without it, all.</summary>
    [Parameter(ParameterSetName = "List")]
    [OptionalRange(1, int.MaxValue)]
    public int? First { get; set; }

    private protected override string? NotFound => BatchIdCmdlet.WhatToDo;

    private protected override void Answer(string id)
    {
        if (Ask((options, stop) => Target.Client.Batches.GetAsync(id, options, stop), id, out var batch))
        {
            Write(batch);
        }
    }

    private protected override void WriteList()
    {
        if (!MaySend(options => Target.Client.Batches.ListAsync(null, options, Stop)))
        {
            return;
        }

        int left = First ?? int.MaxValue;
        foreach (var page in Pages<Batch>((after, options, stop) => Target.Client.Batches.ListAsync(after, options, stop), null))
        {
            foreach (var batch in page.Data.Where(batch => Status is null || Status.Contains(batch.Status, StringComparer.OrdinalIgnoreCase)).Take(left))
            {
                left--;
                Write(batch);
            }

            if (left == 0)
            {
                return;
            }
        }
    }

    private void Write(Batch batch)
    {
        Target.RecentBatches.Note(batch.Id);
        WriteObject(batch);
    }
}

/// <summary>The statuses of batches.</summary>
public sealed class BatchStatusCompleter() : WordCompleter("validating", "in_progress", "finalizing", "completed", "failed", "expired", "cancelling", "cancelled");
