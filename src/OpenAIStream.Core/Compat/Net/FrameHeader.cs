using System.Buffers.Binary;

namespace OpenAIStream;

/// <summary>What begins a frame of a WebSocket (RFC 6455, 5.2), as a server may write it.</summary>
/// <param name="Kind">What the frame is.</param>
/// <param name="IsLast">Whether its message ends with it.</param>
/// <param name="Size">How long the header is.</param>
/// <param name="Length">How long the payload behind it is.</param>
internal readonly record struct FrameHeader(FrameKind Kind, bool IsLast, int Size, long Length)
{
    private const int LongestControl = 125;

    /// <summary>The most bytes that a control frame has, or a header with a mask.</summary>
    public const int Longest = 14 + LongestControl;

    public bool IsControl => Kind >= FrameKind.Close;

    /// <summary>Reads a header; false when more of it has to come first.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="isInside">Whether a message has begun, and has not ended.</param>
    /// <param name="header">The header.</param>
    /// <exception cref="IOException">The bytes are not a frame that a server may send.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, bool isInside, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < 2)
        {
            return false;
        }

        int size = bytes[1] switch { 126 => 4, 127 => 10, _ => 2 };
        if (bytes.Length < size)
        {
            return false;
        }

        ulong length = size switch { 4 => BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice(2)), 10 => BinaryPrimitives.ReadUInt64BigEndian(bytes.Slice(2)), _ => bytes[1] };
        header = new FrameHeader((FrameKind)(bytes[0] & 0x0F), (bytes[0] & 0x80) != 0, size, (long)length);
        string? wrong = (bytes[0] & 0x70) != 0 ? "a frame with an extension that nobody asked for"
            : (bytes[1] & 0x80) != 0 ? "a masked frame"
            : length > long.MaxValue ? "a frame of an impossible length"
            : header.Fault(isInside);
        return wrong is null ? true : throw new IOException($"The server broke the WebSocket protocol: it sent {wrong}.");
    }

    private string? Fault(bool isInside) => Kind switch
    {
        FrameKind.Continuation => isInside ? null : "the rest of a message that has not begun",
        FrameKind.Text or FrameKind.Binary => isInside ? "a message inside of another" : null,
        FrameKind.Ping or FrameKind.Pong => IsLast && Length <= LongestControl ? null : "a ping of a wrong form",
        FrameKind.Close => IsLast && Length <= LongestControl && Length != 1 ? null : "a close frame of a wrong form",
        _ => FormattableString.Invariant($"a frame of an unknown kind ({(int)Kind})"),
    };
}

/// <summary>What a frame is.</summary>
internal enum FrameKind
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}
