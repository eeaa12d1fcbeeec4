using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace OpenAIStream;

/// <summary>
/// Checks whether the pipeline on this thread is being stopped, when there is no cmdlet to be notified. The check takes
/// time, so it is done at most every 50 ms.
/// </summary>
internal sealed class PipelineStop
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly Stopwatch _sinceAsked = Stopwatch.StartNew();

    /// <summary>Whether the pipeline is being stopped: then it runs no script, not even an empty one.</summary>
    public static bool IsPending()
    {
        try
        {
            ScriptBlock.Create("").Invoke();
            return false;
        }
        catch (PipelineStoppedException)
        {
            return true;
        }
    }

    /// <summary>Throws if the script is being stopped. Called between two events.</summary>
    /// <exception cref="PipelineStoppedException">The script is being stopped.</exception>
    public void Check()
    {
        if (_sinceAsked.Elapsed < Interval)
        {
            return;
        }

        _sinceAsked.Restart();
        if (Runspace.DefaultRunspace is not null && IsPending())
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Waits for work until it has ended, or the waiting script is being stopped.</summary>
    /// <exception cref="PipelineStoppedException">The script is being stopped.</exception>
    public void WaitFor(Task work)
    {
        Task[] waited = [work];
        while (Task.WaitAny(waited, Interval) < 0)
        {
            Check();
        }
    }
}
