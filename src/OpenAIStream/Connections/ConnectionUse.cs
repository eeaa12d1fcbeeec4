namespace OpenAIStream;

/// <summary>One use of a connection: until it ends, the client of the connection is not closed.</summary>
internal sealed class ConnectionUse : IDisposable
{
    private int _hasEnded;

    internal ConnectionUse(OpenAIConnection connection) => Connection = connection;

    public OpenAIConnection Connection { get; }

    /// <summary>Another use, for work that continues after this one has ended.</summary>
    public ConnectionUse Again() => Connection.UseAgain();

    /// <summary>Ends the use. Further calls do nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 0)
        {
            Connection.EndUse();
        }
    }
}
