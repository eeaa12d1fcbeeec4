namespace OpenAIStream;

/// <summary>
/// The stream that a reader gets instead of the exchange itself. The socket refers to its exchanges while they run; if a
/// reader is garbage-collected before it disposes this stream, the finalizer disposes the exchange.
/// </summary>
internal sealed class SocketBody(SocketExchange exchange) : ReadOnlyStream
{
    ~SocketBody() => Dispose(false);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        exchange.ReadAsync(buffer, offset, count, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        exchange.Dispose(); // also from the finalizer, which is the purpose of this class
        base.Dispose(disposing);
    }
}
