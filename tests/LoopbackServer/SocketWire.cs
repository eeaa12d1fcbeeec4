using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace OpenAIStream.Loopback;

/// <summary>The frames of a WebSocket (RFC 6455) as a server writes and reads them, one by one, so that a test can make any of them invalid.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The semaphore has no handle unless one is requested.")]
internal sealed class SocketWire(Stream connection)
{
    public const int Continuation = 0;
    public const int Text = 1;
    public const int Close = 8;
    public const int Ping = 9;
    public const int Pong = 10;

    private readonly SemaphoreSlim _writing = new(1);

    /// <summary>The bytes of a frame.</summary>
    public static byte[] Frame(int opcode, ReadOnlySpan<byte> payload, bool isLast = true)
    {
        byte[] header = new byte[10];
        header[0] = (byte)((isLast ? 0x80 : 0) | opcode);
        int length = 2;
        if (payload.Length < 126)
        {
            header[1] = (byte)payload.Length;
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            header[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)payload.Length);
            length = 4;
        }
        else
        {
            header[1] = 127;
            BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(2), (ulong)payload.Length);
            length = 10;
        }

        return [.. header[..length], .. payload];
    }

    public static byte[] CloseFrame(int code, string reason)
    {
        byte[] payload = [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)];
        return Frame(Close, code == 0 ? [] : payload);
    }

    public async Task WriteAsync(byte[] bytes, CancellationToken stop)
    {
        await _writing.WaitAsync(stop);
        try
        {
            await connection.WriteAsync(bytes, stop);
            await connection.FlushAsync(stop);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The next frame; null when the client has left.</summary>
    public async Task<(int Opcode, bool IsLast, byte[] Payload)?> ReadAsync(CancellationToken stop)
    {
        byte[] header = new byte[14];
        try
        {
            await connection.ReadExactlyAsync(header.AsMemory(0, 2), stop);
            ulong length = (ulong)(header[1] & 0x7F);
            if (length == 126)
            {
                await connection.ReadExactlyAsync(header.AsMemory(2, 2), stop);
                length = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2));
            }
            else if (length == 127)
            {
                await connection.ReadExactlyAsync(header.AsMemory(2, 8), stop);
                length = BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(2));
            }

            byte[] mask = new byte[4];
            await connection.ReadExactlyAsync(mask, stop); // a client's frames are masked
            byte[] payload = new byte[length];
            await connection.ReadExactlyAsync(payload, stop);
            for (int i = 0; i < payload.Length; i++)
            {
                payload[i] ^= mask[i & 3];
            }

            return (header[0] & 0xF, (header[0] & 0x80) != 0, payload);
        }
        catch (Exception e) when (e is IOException or EndOfStreamException or OperationCanceledException)
        {
            return null;
        }
    }
}
