namespace OpenAIStream;

/// <summary>
/// An exchange as its reader holds it. The socket knows its exchanges as long as they run; a reader that is collected
/// without having let go lets go by this.
/// </summary>
internal sealed class SocketBody(SocketExchange exchange) : ReadOnlyStream
{
    ~SocketBody() => Dispose(false);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        exchange.ReadAsync(buffer, offset, count, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        exchange.Dispose(); // by the collector too, which is what this is for
        base.Dispose(disposing);
    }
}
