using System.Globalization;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Waits until batches have ended. Ctrl+C ends the wait, and leaves the batches running.</summary>
[Cmdlet(VerbsLifecycle.Wait, "OpenAIBatch", SupportsShouldProcess = true)]
[OutputType(typeof(Batch))]
public sealed class WaitOpenAIBatchCommand : BatchIdCmdlet
{
    private readonly List<(CmdletInput Input, Task<Batch> Wait)> _waits = [];
    private readonly Dictionary<string, Batch> _seen = []; // by the specified ids

    /// <summary>Creates a batch again that the service refused because too many tokens were queued, when another batch has ended.</summary>
    [Parameter]
    public SwitchParameter Resubmit { get; set; }

    private protected override string Activity => "Waiting for batches";

    private protected override bool ConfirmsRequests => Resubmit;

    /// <summary>Starts a wait. The input may come from a cmdlet that is still creating batches, which a wait must not block.</summary>
    private protected override void Answer(string id)
    {
        if (!Try(() => Target.Client, id, out var client) || !MaySend(options => client.Batches.GetAsync(id, options, Stop), target: id))
        {
            return;
        }

        var input = Current!;
        input.IsBesideOthers = true;
        Target.RecentBatches.Note(id);
        _waits.Add((input, Dispatcher.Start(() => client.Batches.WaitAsync(id, Resubmit, batch => Dispatcher.Post(() => Note(id, batch)), NewOptions(), Stop))));
        Dispatcher.DoPosted();
    }

    private protected override void Finish()
    {
        using var progress = NewProgress(Activity, null);
        Waiting = progress;
        foreach (var (input, wait) in _waits)
        {
            Dispatcher.WaitFor(wait, progress);
            var failure = wait.Exception?.InnerException;
            if (wait.IsCanceled || failure is OperationCanceledException)
            {
                throw new PipelineStoppedException();
            }

            EndBesideOthers(input, failure);
            if (failure is null)
            {
                Write(input, wait.Result);
            }
        }

        Waiting = null;
    }

    private protected override RequestOptions NewOptions()
    {
        var options = base.NewOptions();
        var told = options.OnEvent;
        options.OnEvent = callEvent =>
        {
            if (callEvent is ResponsePending)
            {
                Dispatcher.Post(() => WriteVerbose(CallNews.Text(callEvent))); // the progress bar shows the counts
            }
            else
            {
                told?.Invoke(callEvent);
            }
        };
        return options;
    }

    private void Write(CmdletInput input, Batch batch)
    {
        _seen[(string)input.Value!] = batch;
        Target.RecentBatches.Note(batch.Id);
        if (batch.Id != (string)input.Value!)
        {
            WriteVerbose(SafeText.OneLine($"{input.Value} was refused because too many tokens are queued, and was created again as {batch.Id}."));
        }

        if (batch.Status == "failed")
        {
            WriteWarning(SafeText.OneLine($"{batch.Id} failed: {(batch.Errors.Count > 0 ? batch.Errors[0]["message"] : null) ?? "the service gave no reason"}"));
        }

        WriteObject(batch);
    }

    private void Note(string id, Batch batch)
    {
        _seen[id] = batch;
        long total = Sum(static counts => counts.Total);
        long done = Sum(static counts => counts.Completed);
        long failed = Sum(static counts => counts.Failed);
        string counts = total == 0 ? "" : string.Format(CultureInfo.CurrentCulture, ", {0:N0} of {1:N0} requests answered{2}", done, total, failed > 0 ? string.Format(CultureInfo.CurrentCulture, ", {0:N0} failed", failed) : "");
        Waiting?.Note($"{batch.Id} is {batch.Status}{counts}");
    }

    private long Sum(Func<BatchCounts, int?> count) => _seen.Values.Sum(batch => batch.RequestCounts is { } counts ? count(counts) ?? 0 : 0);
}
