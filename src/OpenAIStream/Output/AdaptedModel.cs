using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace OpenAIStream;

/// <summary>
/// What a job or a remote session sends back is made on a thread without a runspace. There the engine knows of no adapter,
/// and the wrapper that it puts around an object keeps what it knew: no field would be a property, and no view would show
/// anything. So the wrapper is made here, with the runspace that loaded the module.
/// </summary>
internal static class AdaptedModel
{
    private static volatile WeakReference<Runspace>? _runspace;

    /// <summary>Remembers the runspace that loads the module: one that is as good as any other that has.</summary>
    public static void Remember()
    {
        if (Runspace.DefaultRunspace is Runspace current && (_runspace is null || !_runspace.TryGetTarget(out var known) || !IsOpen(known)))
        {
            _runspace = new WeakReference<Runspace>(current);
        }
    }

    /// <summary>The model in a wrapper that knows the adapter; any other value as it is.</summary>
    public static object Wrap(object value)
    {
        if (value is not JsonModel || Runspace.DefaultRunspace is not null || _runspace is null || !_runspace.TryGetTarget(out var runspace) || !IsOpen(runspace))
        {
            return value;
        }

        Runspace.DefaultRunspace = runspace;
        try
        {
            var wrapped = PSObject.AsPSObject(value);
            _ = wrapped.Properties[ViewCell.Line]; // only the adapter has it: the engine looks for the adapter now, and keeps it
            return wrapped;
        }
        finally
        {
            Runspace.DefaultRunspace = null;
        }
    }

    private static bool IsOpen(Runspace runspace) => runspace.RunspaceStateInfo.State == RunspaceState.Opened;
}
