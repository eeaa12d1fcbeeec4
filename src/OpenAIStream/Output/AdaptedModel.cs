using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace OpenAIStream;

/// <summary>
/// Objects from a job or a remote session are created on a thread without a runspace, or with one that is left from other
/// work. There, the engine does not know the adapter, and the wrapper of an object keeps what the engine knew: no field
/// would be a property, and no view would show anything. So the wrapper is created here, with a runspace that imported the
/// module.
/// </summary>
internal static class AdaptedModel
{
    private static readonly ConditionalWeakTable<Runspace, object> Imported = new();
    private static readonly object Mark = new();
    private static volatile WeakReference<Runspace>? _runspace;

    /// <summary>Remembers the current runspace, which imports the module.</summary>
    public static void Remember()
    {
        if (Runspace.DefaultRunspace is not Runspace current)
        {
            return;
        }

        Imported.GetValue(current, static _ => Mark);
        if (_runspace is null || !_runspace.TryGetTarget(out var known) || !IsOpen(known))
        {
            _runspace = new WeakReference<Runspace>(current);
        }
    }

    /// <summary>The model in a wrapper that knows the adapter, if the current runspace does not; any other value unchanged.</summary>
    public static object Wrap(object value)
    {
        var before = Runspace.DefaultRunspace;
        if (value is not JsonModel || (before is not null && Imported.TryGetValue(before, out _))
            || _runspace is null || !_runspace.TryGetTarget(out var runspace) || !IsOpen(runspace))
        {
            return value;
        }

        Runspace.DefaultRunspace = runspace;
        try
        {
            var wrapped = PSObject.AsPSObject(value);
            _ = wrapped.Properties[ViewCell.Line]; // only the adapter has it: the engine looks up the adapter now, and keeps it
            return wrapped;
        }
        finally
        {
            Runspace.DefaultRunspace = before;
        }
    }

    private static bool IsOpen(Runspace runspace) => runspace.RunspaceStateInfo.State == RunspaceState.Opened;
}
