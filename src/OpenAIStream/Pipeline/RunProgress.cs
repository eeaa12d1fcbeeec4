using System.Diagnostics;
using System.Globalization;

namespace OpenAIStream;

/// <summary>How far a cmdlet is that answers many inputs: how many are done, failed and running, of how many, how fast, and for how much longer, where that is known.</summary>
/// <param name="bar">Shows it.</param>
/// <param name="activity">What is being done.</param>
/// <param name="limit">How many run at once; others that were taken up wait for their turn.</param>
internal sealed class RunProgress(ProgressBar bar, string activity, int limit)
{
    private readonly Stopwatch _sinceStart = Stopwatch.StartNew();
    private int _begun;
    private int _done;
    private int _failed;
    private int _kept;
    private long _tokens;

    /// <summary>How many there are; null as long as more may come.</summary>
    public int? Total { get; set; }

    /// <summary>How long requests are held back, to keep to the service's limits; null where nothing holds them.</summary>
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

    /// <param name="status">What else there is to say.</param>
    /// <param name="about">The input that is waited for.</param>
    public void Show(string? status = null, string? about = null) =>
        bar.Show(activity, status is null ? Text() : $"{Text()}, {status}", about, Total is > 0 and int total ? Math.Min(100, Ended * 100 / total) : -1);

    private string Text() => string.Join(", ", Parts());

    private IEnumerable<string> Parts()
    {
        double seconds = _sinceStart.Elapsed.TotalSeconds;
        int running = Math.Min(limit, _begun - Ended);
        double rate = (Ended - _kept) / seconds; // what a checkpoint had took no time
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
