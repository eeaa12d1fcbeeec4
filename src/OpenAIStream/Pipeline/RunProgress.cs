using System.Diagnostics;
using System.Globalization;

namespace OpenAIStream;

/// <summary>The progress of a cmdlet with many inputs: how many are done, failed and running, of how many, how fast, and the remaining time if known.</summary>
/// <param name="bar">Shows the progress.</param>
/// <param name="activity">What is being done.</param>
/// <param name="limit">The number of inputs that run at once; others that were started wait for their turn.</param>
internal sealed class RunProgress(ProgressBar bar, string activity, int limit)
{
    private readonly Stopwatch _sinceStart = Stopwatch.StartNew();
    private int _begun;
    private int _done;
    private int _failed;
    private int _kept;
    private long _tokens;

    /// <summary>The number of inputs; null while more may arrive.</summary>
    public int? Total { get; set; }

    /// <summary>How long requests are paused to keep to the limits of the service; null if nothing pauses them.</summary>
    public Func<TimeSpan>? Pause { get; set; }

    private int Ended => _done + _failed;

    public void Begin() => _begun++;

    public void End(CmdletInput input)
    {
        _ = input.HasFailed ? _failed++ : _done++;
        _kept += input.IsKept ? 1 : 0;
        _tokens += input.Tokens;
        if (bar.IsDue)
        {
            Show();
        }
    }

    /// <param name="status">Additional text.</param>
    /// <param name="about">The input that is being waited for.</param>
    public void Show(string? status = null, string? about = null) =>
        bar.Show(activity, status is null ? Text() : $"{Text()}, {status}", about, Total is > 0 and int total ? Math.Min(100, Ended * 100 / total) : -1);

    private string Text() => string.Join(", ", Parts());

    private IEnumerable<string> Parts()
    {
        double seconds = _sinceStart.Elapsed.TotalSeconds;
        int running = Math.Min(limit, _begun - Ended);
        double rate = (Ended - _kept) / seconds; // answers from a checkpoint took no time
        yield return Text($"{seconds:0} s");
        yield return Total is int all ? Text($"{_done} of {all} done") : Text($"{_done} done");
        if (_failed > 0)
        {
            yield return Text($"{_failed} failed");
        }

        if (running > 1)
        {
            yield return Text($"{running} running");
        }

        if (_tokens > 0)
        {
            yield return Text($"{_tokens:N0} tokens");
        }

        if (Ended - _kept > 1)
        {
            yield return rate >= 1 ? Text($"{rate:0.#}/s") : Text($"{rate * 60:0.#}/min");
            if (Total is int total && total > Ended)
            {
                yield return Text($"{(total - Ended) / rate:0} s left");
            }
        }

        if (Pause?.Invoke() is TimeSpan pause && pause >= ProgressBar.Patience)
        {
            yield return Text($"paused for {pause.TotalSeconds:0} s by the limits of the service");
        }
    }

    private static string Text(FormattableString part) => part.ToString(CultureInfo.CurrentCulture);
}
