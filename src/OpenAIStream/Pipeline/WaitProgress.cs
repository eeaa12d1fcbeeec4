using System.Diagnostics;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// The progress bar of one call, on the pipeline's thread: nothing for what is soon over, then how long it has taken. It is
/// taken away whatever ends the call.
/// </summary>
/// <param name="write">Writes a record.</param>
/// <param name="activity">What is being done; null where waiting is usual, and only the wait before another attempt is shown.</param>
/// <param name="about">What it is about.</param>
internal sealed class WaitProgress(Action<ProgressRecord> write, string? activity, string? about) : IDisposable
{
    private const int Id = 0x0A1; // a script's own bars have small numbers
    private const int LongestLine = 60;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Stopwatch _sinceStart = Stopwatch.StartNew();
    private readonly Stopwatch _sinceShown = Stopwatch.StartNew();
    private string? _status;
    private ProgressRecord? _shown;

    /// <summary>The longest to wait before the next <see cref="Tick"/>.</summary>
    public static TimeSpan Interval => Patience;

    /// <summary>Time has passed.</summary>
    public void Tick()
    {
        if ((activity is not null || _status is not null) && _sinceShown.Elapsed >= Patience - TimeSpan.FromMilliseconds(50))
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
                _status = $"trying again in {waiting.Delay.TotalSeconds:0.#} s (attempt {waiting.Attempt}): {Excerpt.OneLine(waiting.Reason.Message, LongestLine)}";
                if (waiting.Delay >= Patience)
                {
                    Show();
                }

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
        if (_shown is null)
        {
            return;
        }

        _shown.RecordType = ProgressRecordType.Completed;
        try
        {
            write(_shown);
        }
        catch (PipelineStoppedException)
        {
            // A pipeline that is being stopped takes no more, and its host takes the bars away.
        }

        _shown = null;
    }

    private void Show()
    {
        _sinceShown.Restart();
        string seconds = $"{_sinceStart.Elapsed.TotalSeconds:0} s";
        _shown = new ProgressRecord(Id, activity ?? "Waiting for the service", _status is null ? seconds : $"{seconds}, {_status}");
        if (Excerpt.OneLine(about ?? "", LongestLine) is { Length: > 0 } line)
        {
            _shown.CurrentOperation = line;
        }

        write(_shown);
    }
}
