namespace OpenAIStream;

/// <summary>One use of a connection: until it has ended, the connection's client is not closed.</summary>
internal sealed class ConnectionUse : IDisposable
{
    private int _hasEnded;

    internal ConnectionUse(OpenAIConnection connection) => Connection = connection;

    public OpenAIConnection Connection { get; }

    /// <summary>Another use, for what goes on when this one has ended.</summary>
    public ConnectionUse Again() => Connection.UseAgain();

    /// <summary>Ends the use. Does nothing the second time.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 0)
        {
            Connection.EndUse();
        }
    }
}
