using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace OpenAIStream.Loopback;

/// <summary>Counts the TCP connections of the data endpoints and can abort the open ones.</summary>
internal sealed class ConnectionTracker
{
    private readonly ConcurrentDictionary<string, ConnectionContext> _open = new();
    private int _accepted;

    public int Accepted => Volatile.Read(ref _accepted);

    public int Open => _open.Count;

    public ConnectionDelegate Watch(ConnectionDelegate next) => async connection =>
    {
        Interlocked.Increment(ref _accepted);
        _open[connection.ConnectionId] = connection;
        try
        {
            await next(connection);
        }
        finally
        {
            _open.TryRemove(connection.ConnectionId, out _);
        }
    };

    public void AbortAll()
    {
        foreach (var connection in _open.Values)
        {
            connection.Abort();
        }
    }
}
