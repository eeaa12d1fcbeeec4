using System.Diagnostics;

namespace OpenAIStream;

/// <summary>
/// The progress bar of one call, on the pipeline's thread: nothing for what is soon over, then how long it has taken. It is
/// taken away whatever ends the call, unless the call is one of a run, which has a bar of its own.
/// </summary>
/// <param name="bar">The cmdlet's bar.</param>
/// <param name="activity">What is being done; null where waiting is usual, and only the wait before another attempt is shown.</param>
/// <param name="about">What it is about.</param>
/// <param name="run">The run that the call is a part of; null for a single one.</param>
internal sealed class WaitProgress(ProgressBar bar, string? activity, string? about, RunProgress? run = null) : IDisposable
{
    private const int LongestReason = 60;

    private readonly Stopwatch _sinceStart = Stopwatch.StartNew();
    private string? _status;
    private long? _size;
    private long _sentBefore;

    /// <summary>The longest to wait before the next <see cref="Tick"/>.</summary>
    public static TimeSpan Interval => ProgressBar.Patience;

    /// <summary>Time has passed.</summary>
    public void Tick()
    {
        if ((activity is not null || run is not null || _status is not null) && bar.IsDue)
        {
            Show();
        }
    }

    /// <summary>Something to tell, at once.</summary>
    public void Say(string status)
    {
        _status = status;
        Show();
    }

    /// <summary>A file is sent: how large it is, and how much of it went before this request.</summary>
    public void Sending(long size, long sentBefore) => (_size, _sentBefore) = (size, sentBefore);

    /// <summary>A number of bytes in words.</summary>
    public static string Size(long bytes) => bytes < 10 * 1024 * 1024 ? $"{bytes / 1024} KB" : $"{bytes / (1024 * 1024)} MB";

    /// <summary>How far it is, to be told with the next tick.</summary>
    public void Note(string status)
    {
        _status = status;
        Tick();
    }

    public void Tell(CallEvent callEvent)
    {
        switch (callEvent)
        {
            case RetryWaiting waiting:
                _status = $"retrying in {waiting.Delay.TotalSeconds:0.#} s (attempt {waiting.Attempt}): {Excerpt.OneLine(waiting.Reason.Message, LongestReason)}";
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
                _status = null;
                break;
            default:
                break; // an answer has begun; whoever reads it goes on
        }
    }

    /// <summary>Takes the bar away.</summary>
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
            run.Show(_status, about);
            return;
        }

        string seconds = $"{_sinceStart.Elapsed.TotalSeconds:0} s";
        bar.Show(activity ?? "Waiting for the service", _status is null ? seconds : $"{seconds}, {_status}", about);
    }
}
