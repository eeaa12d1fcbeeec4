using System.Diagnostics;
using System.Globalization;

namespace OpenAIStream;

/// <summary>How far a cmdlet is that answers many inputs: how many are done, failed and running, and of how many where that is known.</summary>
/// <param name="bar">Shows it.</param>
/// <param name="activity">What is being done.</param>
/// <param name="limit">How many run at once; others that were taken up wait for their turn.</param>
internal sealed class RunProgress(ProgressBar bar, string activity, int limit)
{
    private readonly Stopwatch _sinceStart = Stopwatch.StartNew();
    private int _begun;
    private int _done;
    private int _failed;

    /// <summary>How many there are; null as long as more may come.</summary>
    public int? Total { get; set; }

    public void Begin() => _begun++;

    public void End(bool hasFailed)
    {
        _ = hasFailed ? _failed++ : _done++;
        if (bar.IsDue)
        {
            Show();
        }
    }

    /// <param name="status">What else there is to say.</param>
    /// <param name="about">The input that is waited for.</param>
    public void Show(string? status = null, string? about = null) =>
        bar.Show(activity, status is null ? Text() : $"{Text()}, {status}", about, Total is > 0 and int total ? Math.Min(100, (_done + _failed) * 100 / total) : -1);

    private string Text()
    {
        int running = Math.Min(limit, _begun - _done - _failed);
        return string.Format(
            CultureInfo.CurrentCulture, "{0:0} s, {1}{2} done{3}{4}", _sinceStart.Elapsed.TotalSeconds, _done, Total is int total ? $" of {total}" : "",
            _failed > 0 ? $", {_failed} failed" : "", running > 1 ? $", {running} running" : "");
    }
}
