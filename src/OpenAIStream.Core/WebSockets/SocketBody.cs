namespace OpenAIStream;

/// <summary>
/// An exchange as its reader holds it. The socket refers to its exchanges as long as they run; if a reader is
/// garbage-collected without having left, this leaves for it.
/// </summary>
internal sealed class SocketBody(SocketExchange exchange) : ReadOnlyStream
{
    ~SocketBody() => Dispose(false);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        exchange.ReadAsync(buffer, offset, count, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        exchange.Dispose(); // also by the garbage collector, which is the purpose of this class
        base.Dispose(disposing);
    }
}
