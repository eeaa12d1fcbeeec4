using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace OpenAIStream;

/// <summary>What the names of connections refer to in one runspace. It lives as long as the session of the runspace.</summary>
internal sealed class RunspaceConnections
{
    private readonly Dictionary<string, OpenAIConnection?> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Runspace _runspace;
    private readonly Action<RunspaceConnections> _closed;

    // ForEach-Object -Parallel resets a runspace before it reuses it: that creates a new event manager, and a new session.
    private readonly PSEventManager _session;

    /// <param name="runspace">The runspace.</param>
    /// <param name="closed">Called when the runspace is closed, on the thread that closes it.</param>
    public RunspaceConnections(Runspace runspace, Action<RunspaceConnections> closed)
    {
        _runspace = runspace;
        _session = runspace.Events;
        _closed = closed;
        runspace.StateChanged += OnStateChanged;
    }

    /// <summary>Whether the runspace was closed or reset.</summary>
    public bool IsOver { get; private set; }

    public IEnumerable<OpenAIConnection> All => _byName.Values.OfType<OpenAIConnection>();

    public bool IsSessionOf(Runspace asking) => !IsOver && ReferenceEquals(_session, asking.Events);

    /// <summary>Whether the name was used here: for a connection, or null if the runspace has disconnected it.</summary>
    public bool TryGet(string name, out OpenAIConnection? connection) => _byName.TryGetValue(name, out connection);

    public OpenAIConnection? Find(string name) => _byName.TryGetValue(name, out var connection) ? connection : null;

    public void Set(string name, OpenAIConnection? connection) => _byName[name] = connection;

    /// <summary>Ends it. Returns the connections that it knew.</summary>
    public OpenAIConnection[] End()
    {
        IsOver = true;
        _runspace.StateChanged -= OnStateChanged;
        OpenAIConnection[] known = [.. All];
        _byName.Clear();
        return known;
    }

    private void OnStateChanged(object? sender, RunspaceStateEventArgs change)
    {
        if (change.RunspaceStateInfo.State is RunspaceState.Closed or RunspaceState.Broken)
        {
            _closed(this);
        }
    }
}
