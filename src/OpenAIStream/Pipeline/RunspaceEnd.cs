using System.Management.Automation.Runspaces;

namespace OpenAIStream;

/// <summary>Disposes an object when the runspace of this thread ends, without keeping the object alive until then.</summary>
internal sealed class RunspaceEnd : IDisposable
{
    private readonly Runspace? _runspace = Runspace.DefaultRunspace;
    private readonly WeakReference<IDisposable> _left;

    public RunspaceEnd(IDisposable left)
    {
        _left = new WeakReference<IDisposable>(left);
        if (_runspace is not null)
        {
            _runspace.StateChanged += OnStateChanged;
        }
    }

    /// <summary>Stops watching: the object no longer needs to be disposed.</summary>
    public void Dispose()
    {
        if (_runspace is not null)
        {
            _runspace.StateChanged -= OnStateChanged;
        }
    }

    private void OnStateChanged(object? sender, RunspaceStateEventArgs change)
    {
        if (change.RunspaceStateInfo.State is RunspaceState.Closing or RunspaceState.Closed or RunspaceState.Broken && _left.TryGetTarget(out var left))
        {
            left.Dispose();
        }
    }
}
