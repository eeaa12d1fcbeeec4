using System.Diagnostics;

namespace OpenAIStream;

/// <summary>
/// The progress bar of one call, on the pipeline's thread: nothing for short calls, then the elapsed time. It is removed
/// however the call ends, unless the call belongs to a run, which has its own bar.
/// </summary>
/// <param name="bar">The bar of the cmdlet.</param>
/// <param name="activity">What is being done; null if waiting is normal, and only the delay before another attempt is shown.</param>
/// <param name="about">What it is about.</param>
/// <param name="run">The run that the call belongs to; null for a single call.</param>
internal sealed class WaitProgress(ProgressBar bar, string? activity, string? about, RunProgress? run = null) : IDisposable
{
    private const int LongestReason = 60;

    private readonly Stopwatch _sinceStart = Stopwatch.StartNew();
    private long? _size;
    private long _sentBefore;

    /// <summary>The longest time to wait before the next <see cref="Tick"/>.</summary>
    public static TimeSpan Interval => ProgressBar.Patience;

    /// <summary>What to show after the time, at the next tick; null for nothing.</summary>
    public string? Status { get; set; }

    /// <summary>Called when time has passed.</summary>
    public void Tick()
    {
        if ((activity is not null || run is not null || Status is not null) && bar.IsDue)
        {
            Show();
        }
    }

    /// <summary>Shows a status immediately.</summary>
    public void Say(string status)
    {
        Status = status;
        Show();
    }

    /// <summary>Records the size of a file that is being sent, and how much of it was sent before this request.</summary>
    public void Sending(long size, long sentBefore) => (_size, _sentBefore) = (size, sentBefore);

    /// <summary>A number of bytes as text.</summary>
    public static string Size(long bytes) => bytes < 10 * 1024 * 1024 ? $"{bytes / 1024} KB" : $"{bytes / (1024 * 1024)} MB";

    /// <summary>Sets the status, and shows it if the bar is due.</summary>
    public void Note(string status)
    {
        Status = status;
        Tick();
    }

    public void Tell(CallEvent callEvent)
    {
        switch (callEvent)
        {
            case RetryWaiting waiting:
                Status = $"retrying in {waiting.Delay.TotalSeconds:0.#} s (attempt {waiting.Attempt}): {Excerpt.OneLine(waiting.Reason.Message, LongestReason)}";
                if (waiting.Delay >= ProgressBar.Patience)
                {
                    Show();
                }

                break;
            case ResponsePending pending:
                Note($"{pending.Status}, checking again in {pending.Delay.TotalSeconds:0.#} s");
                break;
            case BodySending sending:
                Note($"{Size(_sentBefore + sending.SentBytes)}{(_size is long all ? $" of {Size(all)}" : "")} sent");
                break;
            case RequestSending:
                Status = null;
                break;
            default:
                break; // a response has started; the code that reads it continues
        }
    }

    /// <summary>Removes the bar.</summary>
    public void Dispose()
    {
        if (run is null)
        {
            bar.Hide();
        }
    }

    private void Show()
    {
        if (run is not null)
        {
            run.Show(Status, about);
            return;
        }

        string seconds = $"{_sinceStart.Elapsed.TotalSeconds:0} s";
        bar.Show(activity ?? "Waiting for the service", Status is null ? seconds : $"{seconds}, {Status}", about);
    }
}
