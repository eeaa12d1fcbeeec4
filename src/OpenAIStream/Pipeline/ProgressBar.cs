using System.Diagnostics;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>The progress bar of one cmdlet, on the pipeline's thread: not shown for short work, and updated at most once a second.</summary>
internal sealed class ProgressBar(PSCmdlet cmdlet)
{
    private const int Id = 0x0A1; // the bars of scripts have small numbers
    private const int LongestLine = 60;

    private static readonly TimeSpan AlmostPatience = TimeSpan.FromMilliseconds(950); // timers are not exact
    private static long _lastSource = 1L << 40; // the engine counts from 1

    private readonly long _source = Interlocked.Increment(ref _lastSource);
    private readonly Stopwatch _sinceShown = Stopwatch.StartNew();
    private ProgressRecord? _shown;

    /// <summary>Work that ends earlier needs no bar.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the bar has been unchanged for long enough.</summary>
    public bool IsDue => _sinceShown.Elapsed >= AlmostPatience;

    /// <summary>Called when work begins: if it is short, there is no bar.</summary>
    public void Begin() => _sinceShown.Restart();

    /// <param name="activity">What is being done.</param>
    /// <param name="status">The progress.</param>
    /// <param name="about">What it is about.</param>
    /// <param name="percent">The percentage that is done; -1 if unknown.</param>
    public void Show(string activity, string status, string? about, int percent = -1)
    {
        _sinceShown.Restart();
        if (IsSilent())
        {
            return;
        }

        _shown = new ProgressRecord(Id, SafeText.OneLine(activity), SafeText.OneLine(status)) { PercentComplete = percent };
        if (SafeText.OneLine(Excerpt.OneLine(about ?? "", LongestLine)) is { Length: > 0 } line)
        {
            _shown.CurrentOperation = line;
        }

        cmdlet.CommandRuntime.WriteProgress(_source, _shown);
    }

    /// <summary>Removes the bar. It can be called at any time, even after the cmdlet has ended.</summary>
    public void Hide()
    {
        if (_shown is not ProgressRecord shown)
        {
            return;
        }

        _shown = null;

        // A new record: the receiver of the shown one may keep it.
        var last = new ProgressRecord(Id, shown.Activity, shown.StatusDescription) { RecordType = ProgressRecordType.Completed };
        try
        {
            cmdlet.CommandRuntime.WriteProgress(_source, last);
        }
        catch (PipelineStoppedException)
        {
            cmdlet.Host?.UI?.WriteProgress(_source, last); // a pipeline that is being stopped accepts nothing more
        }
    }

    private bool IsSilent() =>
        LanguagePrimitives.TryConvertTo(
            cmdlet.MyInvocation.BoundParameters.TryGetValue("ProgressAction", out object? asked) ? asked : cmdlet.GetVariableValue("ProgressPreference"),
            out ActionPreference preference)
        && preference is ActionPreference.SilentlyContinue or ActionPreference.Ignore;
}
