namespace OpenAIStream.Tests.Sse;

/// <summary>A stream that returns its bytes in pieces of chosen sizes, and counts them.</summary>
/// <param name="bytes">The content.</param>
/// <param name="sizes">The sizes of the pieces; the rest is one piece.</param>
/// <param name="open">Whether it behaves like an open connection: waiting for more never ends, and a blocking read fails.</param>
internal sealed class PieceStream(byte[] bytes, IEnumerable<int> sizes, bool open = false) : Stream
{
    private readonly IEnumerator<int> _sizes = sizes.GetEnumerator();
    private int _leftOfPiece;
    private bool _ended;

    public int BytesGiven { get; private set; }

    public bool IsDisposed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        Assert(buffer.Length > 0, "A read with no room for even one byte looks like the end of the stream.");
        Assert(!_ended, "The stream was read after its end.");
        if (BytesGiven == bytes.Length)
        {
            Assert(!open, "All events have arrived, yet the reader waits for more bytes.");
            _ended = true;
            return 0;
        }

        if (_leftOfPiece == 0)
        {
            _leftOfPiece = _sizes.MoveNext() ? _sizes.Current : int.MaxValue;
        }

        int count = Math.Min(Math.Min(_leftOfPiece, buffer.Length), bytes.Length - BytesGiven);
        bytes.AsSpan(BytesGiven, count).CopyTo(buffer);
        _leftOfPiece -= count;
        BytesGiven += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (open && BytesGiven == bytes.Length)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return Read(buffer.Span);
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }

    private static void Assert(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
