using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Gets batches in their current state, or lists all batches.</summary>
[Cmdlet(VerbsCommon.Get, "OpenAIBatch", DefaultParameterSetName = "List", SupportsShouldProcess = true)]
[OutputType(typeof(Batch))]
public sealed class GetOpenAIBatchCommand : RequestCmdlet
{
    /// <summary>The ids of the batches to get; without it, all batches are listed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = nameof(Id))]
    [Alias("BatchId")]
    [ArgumentCompleter(typeof(BatchIdCompleter))]
    public string[] Id { get; set; } = [];

    /// <summary>Gets only batches with these statuses.</summary>
    [Parameter(ParameterSetName = "List")]
    [ArgumentCompleter(typeof(BatchStatusCompleter))]
    [WordTransformation(typeof(BatchStatusCompleter))]
    public string[]? Status { get; set; }

    /// <summary>The number of batches to get, newest first; without it, all.</summary>
    [Parameter(ParameterSetName = "List")]
    [OptionalRange(1, int.MaxValue)]
    public int? First { get; set; }

    private protected override bool ConfirmsRequests => false;

    private protected override bool IsOneOfSeveral => base.IsOneOfSeveral || Id.Length > 1;

    private protected override string? Advice(ApiException exception) => exception is NotFoundException ? "Check the id: Get-OpenAIBatch lists all batches." : null;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == "List")
        {
            WriteList();
            return;
        }

        foreach (string id in Id)
        {
            if (Try(() => Target.Client, id, out var client) && Ask((options, stop) => client.Batches.GetAsync(id, options, stop), id, out var batch))
            {
                Target.RecentBatches.Note(batch.Id);
                WriteObject(batch);
            }
        }
    }

    private void WriteList()
    {
        if (!Try(() => Target.Client, null, out var client) || !MaySend(options => client.Batches.ListAsync(null, options, Stop)))
        {
            return;
        }

        int left = First ?? int.MaxValue;
        ListPage<Batch>? last = null;
        while (left > 0 && last is not { HasMore: false })
        {
            var before = last;
            if (!Send((options, stop) => client.Batches.ListAsync(before, options, stop), null, out var page))
            {
                return;
            }

            last = page;
            Batch[] wanted = [.. page.Data.Where(batch => Status is null || Status.Contains(batch.Status, StringComparer.OrdinalIgnoreCase)).Take(left)];
            left -= wanted.Length;
            foreach (var batch in wanted)
            {
                Target.RecentBatches.Note(batch.Id);
                WriteObject(batch);
            }
        }
    }
}

/// <summary>The statuses of batches.</summary>
public sealed class BatchStatusCompleter() : WordCompleter("validating", "in_progress", "finalizing", "completed", "failed", "expired", "cancelling", "cancelled");
