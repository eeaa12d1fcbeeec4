using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace OpenAIStream;

/// <summary>A frame as a client writes it: masked, with other bytes each time (RFC 6455, 5.3).</summary>
internal static class FrameMask
{
    /// <summary>Writes a frame, and returns its length.</summary>
    /// <param name="into">Where to; it has room for 14 bytes more than the payload.</param>
    /// <param name="first">The frame's first byte: what kind it is.</param>
    /// <param name="payload">What it says.</param>
    public static int Write(Span<byte> into, byte first, ReadOnlySpan<byte> payload)
    {
        into[0] = first;
        int size = 2;
        if (payload.Length <= 125)
        {
            into[1] = (byte)(0x80 | payload.Length);
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            into[1] = 0x80 | 126;
            BinaryPrimitives.WriteUInt16BigEndian(into.Slice(2), (ushort)payload.Length);
            size = 4;
        }
        else
        {
            into[1] = 0x80 | 127;
            BinaryPrimitives.WriteUInt64BigEndian(into.Slice(2), (ulong)payload.Length);
            size = 10;
        }

        var mask = into.Slice(size, 4);
        RandomNumberGenerator.Fill(mask);
        Mask(payload, into.Slice(size + 4), mask);
        return size + 4 + payload.Length;
    }

    private static void Mask(ReadOnlySpan<byte> payload, Span<byte> into, ReadOnlySpan<byte> mask)
    {
        var wide = Vector.AsVectorByte(new Vector<uint>(BitConverter.ToUInt32(mask)));
        int at = 0;
        for (; payload.Length - at >= Vector<byte>.Count; at += Vector<byte>.Count)
        {
            (new Vector<byte>(payload.Slice(at)) ^ wide).CopyTo(into.Slice(at));
        }

        for (; at < payload.Length; at++)
        {
            into[at] = (byte)(payload[at] ^ mask[at & 3]);
        }
    }
}
