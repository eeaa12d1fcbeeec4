using System.Buffers;

namespace OpenAIStream;

/// <summary>Received bytes that have not been read yet. Small pieces are copied into pooled blocks; a large one is kept as its own array.</summary>
internal sealed class ByteQueue
{
    private const int BlockSize = 16 * 1024;

    private readonly Queue<Piece> _full = new(); // read before the block
    private byte[] _block = ArrayPool<byte>.Shared.Rent(BlockSize);
    private int _start;
    private int _end;
    private int _taken; // bytes already taken from the first full piece

    /// <summary>The number of bytes.</summary>
    public long Length { get; private set; }

    /// <summary>Copies bytes into the queue.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (_end == _block.Length)
            {
                Close();
            }

            int count = Math.Min(bytes.Length, _block.Length - _end);
            bytes.Slice(0, count).CopyTo(_block.AsSpan(_end));
            _end += count;
            bytes = bytes.Slice(count);
        }
    }

    /// <summary>Adds an array, and takes ownership of it.</summary>
    public void Add(ArraySegment<byte> bytes)
    {
        Length += bytes.Count;
        if (_end > _start)
        {
            Close();
        }

        _full.Enqueue(new Piece(bytes, IsBorrowed: false));
    }

    /// <summary>Removes bytes, and returns how many; 0 if there are none.</summary>
    public int Take(Span<byte> into)
    {
        int taken = 0;
        while (taken < into.Length && Length > taken)
        {
            taken += _full.Count > 0 ? TakeFull(into.Slice(taken)) : TakeBlock(into.Slice(taken));
        }

        Length -= taken;
        return taken;
    }

    public void Clear()
    {
        while (_full.Count > 0)
        {
            Return(_full.Dequeue());
        }

        _taken = 0;
        _start = _end = 0;
        Length = 0;
    }

    private int TakeFull(Span<byte> into)
    {
        var first = _full.Peek();
        int count = Math.Min(into.Length, first.Bytes.Count - _taken);
        first.Bytes.AsSpan().Slice(_taken, count).CopyTo(into);
        _taken += count;
        if (_taken == first.Bytes.Count)
        {
            Return(_full.Dequeue());
            _taken = 0;
        }

        return count;
    }

    private int TakeBlock(Span<byte> into)
    {
        int count = Math.Min(into.Length, _end - _start);
        _block.AsSpan(_start, count).CopyTo(into);
        _start += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }

        return count;
    }

    /// <summary>Queues the content of the block, and starts a new block.</summary>
    private void Close()
    {
        _full.Enqueue(new Piece(new ArraySegment<byte>(_block, _start, _end - _start), IsBorrowed: true));
        _block = ArrayPool<byte>.Shared.Rent(BlockSize);
        _start = _end = 0;
    }

    private static void Return(Piece piece)
    {
        if (piece.IsBorrowed)
        {
            ArrayPool<byte>.Shared.Return(piece.Bytes.Array!);
        }
    }

    private readonly record struct Piece(ArraySegment<byte> Bytes, bool IsBorrowed);
}
