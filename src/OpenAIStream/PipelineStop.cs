using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace OpenAIStream;

/// <summary>Whether somebody stops the pipeline that this thread runs, where no cmdlet is alive to be told.</summary>
internal static class PipelineStop
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>A pipeline that is being stopped runs no script, not even an empty one.</summary>
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

    /// <summary>Waits with a script that reads a stream by hand, and closes the stream when the script is stopped.</summary>
    public static void Watch(Task receiving, IDisposable stream)
    {
        while (!((IAsyncResult)receiving).AsyncWaitHandle.WaitOne(Interval))
        {
            if (Runspace.DefaultRunspace is not null && IsPending())
            {
                stream.Dispose();
                throw new PipelineStoppedException();
            }
        }
    }
}
