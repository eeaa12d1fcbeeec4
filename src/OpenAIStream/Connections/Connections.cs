using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace OpenAIStream;

/// <summary>
/// The connections by name. A name refers to what the current runspace has connected. In a runspace that has not used the
/// name, it refers to the first connection of that name in the process, so that <c>ForEach-Object -Parallel</c> and thread
/// jobs find the connections of the session.
/// </summary>
internal static class Connections
{
    public const string DefaultName = "Default";

    private static readonly object Gate = new();

    // Neither keeps a runspace alive: what only a closed runspace knew is collected with it.
    private static readonly ConditionalWeakTable<Runspace, RunspaceConnections> OfRunspace = new();
    private static readonly List<WeakReference<RunspaceConnections>> Sessions = [];
    private static readonly Dictionary<string, WeakReference<RunspaceConnections>> First = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The default connection; without one, the connection of the environment variables.</summary>
    /// <exception cref="ApiConfigurationException">A variable has a value that cannot be sent.</exception>
    public static OpenAIConnection Default => Find(DefaultName) ?? EnvironmentConnection.Get();

    /// <summary>The connections that the current runspace can use by name.</summary>
    public static OpenAIConnection[] All
    {
        get
        {
            lock (Gate)
            {
                var own = Own();
                var shared = First.Keys.Where(name => own?.TryGet(name, out _) != true).Select(FindFirst).OfType<OpenAIConnection>();
                return [.. shared.Concat(own?.All ?? []).OrderBy(static connection => connection.Name, StringComparer.OrdinalIgnoreCase)];
            }
        }
    }

    public static OpenAIConnection? Find(string name)
    {
        lock (Gate)
        {
            return Own()?.TryGet(name, out var connection) == true ? connection : FindFirst(name);
        }
    }

    /// <summary>From now on, the name refers to this connection in the current runspace.</summary>
    public static void Set(OpenAIConnection connection)
    {
        lock (Gate)
        {
            var own = Own(isWanted: true)!;
            var replaced = own.Find(connection.Name);
            own.Set(connection.Name, connection);
            if (FindFirst(connection.Name) is null)
            {
                First[connection.Name] = new(own);
            }

            if (replaced is not null && !IsFound(replaced))
            {
                replaced.Drop();
            }
        }
    }

    /// <summary>In the current runspace, the name no longer refers to a connection. False if it did not before.</summary>
    public static bool Remove(string name)
    {
        lock (Gate)
        {
            if (Find(name) is not OpenAIConnection connection)
            {
                return false;
            }

            Own(isWanted: true)!.Set(name, null);
            CloseUnlessFound(connection);
            return true;
        }
    }

    /// <summary>The current runspace no longer uses the connection. It is closed unless another runspace still uses it.</summary>
    public static void Remove(OpenAIConnection connection)
    {
        lock (Gate)
        {
            if (Find(connection.Name) == connection)
            {
                Remove(connection.Name);
            }
            else
            {
                CloseUnlessFound(connection); // it was replaced, or its runspace is gone
            }
        }
    }

    private static void CloseUnlessFound(OpenAIConnection connection)
    {
        if (!IsFound(connection))
        {
            connection.Close();
        }
    }

    private static OpenAIConnection? FindFirst(string name) =>
        First.TryGetValue(name, out var known) && known.TryGetTarget(out var session) ? session.Find(name) : null;

    /// <summary>Whether its name refers to it in any runspace that is alive.</summary>
    private static bool IsFound(OpenAIConnection connection) =>
        Sessions.Exists(known => known.TryGetTarget(out var session) && session.All.Contains(connection));

    private static RunspaceConnections? Own(bool isWanted = false)
    {
        if (Sessions.Count == 0 && !isWanted)
        {
            return null; // nobody has connected
        }

        if (Runspace.DefaultRunspace is not Runspace runspace)
        {
            return isWanted ? throw new InvalidOperationException("This thread has no runspace.") : null;
        }

        if (OfRunspace.TryGetValue(runspace, out var own))
        {
            if (own.IsSessionOf(runspace))
            {
                return own;
            }

            End(own);
            OfRunspace.Remove(runspace);
        }

        return isWanted ? Begin(runspace) : null;
    }

    private static RunspaceConnections Begin(Runspace runspace)
    {
        var own = new RunspaceConnections(runspace, End);
        OfRunspace.Add(runspace, own);
        Sessions.RemoveAll(static known => !known.TryGetTarget(out _));
        Sessions.Add(new(own));
        return own;
    }

    private static void End(RunspaceConnections session)
    {
        lock (Gate)
        {
            var known = session.End();
            Sessions.RemoveAll(static weak => !weak.TryGetTarget(out var one) || one.IsOver);
            foreach (var connection in known.Where(static connection => !IsFound(connection)))
            {
                connection.Drop();
            }
        }
    }
}
