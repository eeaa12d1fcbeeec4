using System.Buffers.Binary;
using System.IO.Compression;

namespace OpenAIStream;

/// <summary>
/// Reads the PNG files that services create: 8 bits per channel, gray or color, with or without alpha, not interlaced. Any other file
/// is not an error: it is an image that cannot be drawn, and its name is shown instead.
/// </summary>
internal static class PngReader
{
    private const int MostPixels = 4096 * 4096;
    private const int HeaderEnd = 33; // signature, and the first chunk
    private const int ChunkFrame = 12; // length and name before its data, a checksum after it

    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0xD, 0xA, 0x1A, 0xA];

    /// <summary>Width and height in pixels; null if it is not a PNG, or larger than any screen.</summary>
    public static (int Width, int Height)? SizeOf(byte[] file)
    {
        if (file.Length < HeaderEnd || !file.AsSpan(0, Signature.Length).SequenceEqual(Signature))
        {
            return null;
        }

        int width = Number(file, 16), height = Number(file, 20);
        return width > 0 && height > 0 && (long)width * height <= MostPixels ? (width, height) : null;
    }

    /// <summary>The pixels; null if it is not such a PNG, or is damaged.</summary>
    public static Pixels? Read(byte[] file)
    {
        if (SizeOf(file) is not (int width, int height) || file[24] != 8 || file[28] != 0)
        {
            return null;
        }

        int channels = file[25] switch { 0 => 1, 2 => 3, 4 => 2, 6 => 4, _ => 0 };
        try
        {
            return channels == 0 || Data(file) is not MemoryStream data ? null : Unpack(data, width, height, channels);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            return null;
        }
    }

    /// <summary>The compressed pixels, from all chunks; null if the file ends early.</summary>
    private static MemoryStream? Data(byte[] file)
    {
        var data = new MemoryStream();
        for (int at = Signature.Length; at + ChunkFrame <= file.Length;)
        {
            int length = Number(file, at);
            if (length < 0 || length > file.Length - at - ChunkFrame)
            {
                return null;
            }

            if (IsNamed(file, at, "IDAT"))
            {
                data.Write(file, at + 8, length);
            }
            else if (IsNamed(file, at, "IEND"))
            {
                break;
            }

            at += length + ChunkFrame;
        }

        data.Position = 2; // after the zlib header
        return data.Length > 2 ? data : null;
    }

    private static Pixels? Unpack(MemoryStream data, int width, int height, int channels)
    {
        using var inflated = new DeflateStream(data, CompressionMode.Decompress);
        int length = width * channels;
        byte[] line = new byte[length + 1], above = new byte[length + 1];
        byte[] values = new byte[width * height * Pixels.Size];
        for (int y = 0, at = 0; y < height; y++)
        {
            if (!TryFill(inflated, line) || !TryUnfilter(line, above, channels))
            {
                return null;
            }

            for (int x = 1; x <= length; x += channels)
            {
                bool isGray = channels < 3;
                values[at++] = line[x];
                values[at++] = line[isGray ? x : x + 1];
                values[at++] = line[isGray ? x : x + 2];
                values[at++] = channels is 2 or 4 ? line[x + channels - 1] : byte.MaxValue;
            }

            (line, above) = (above, line);
        }

        return new Pixels(width, height, values);
    }

    /// <summary>Reverses the filter of a line, which is given by its first byte. A filter uses the bytes to the left and above.</summary>
    private static bool TryUnfilter(byte[] line, byte[] above, int channels)
    {
        byte filter = line[0];
        for (int at = 1; at < line.Length; at++)
        {
            int left = at > channels ? line[at - channels] : 0;
            int up = above[at];
            int upLeft = at > channels ? above[at - channels] : 0;
            line[at] += (byte)(filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Nearest(left, up, upLeft), _ => 0 });
        }

        return filter <= 4;
    }

    // Paeth's predictor.
    private static int Nearest(int left, int up, int upLeft)
    {
        int toLeft = Math.Abs(up - upLeft), toUp = Math.Abs(left - upLeft), toUpLeft = Math.Abs(left + up - (2 * upLeft));
        return toLeft <= toUp && toLeft <= toUpLeft ? left : toUp <= toUpLeft ? up : upLeft;
    }

    private static bool TryFill(Stream from, byte[] line)
    {
        int count = 0;
        while (count < line.Length && from.Read(line, count, line.Length - count) is int read and > 0)
        {
            count += read;
        }

        return count == line.Length;
    }

    private static int Number(byte[] file, int at) => BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));

    private static bool IsNamed(byte[] file, int chunk, string name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            if (file[chunk + 4 + i] != name[i])
            {
                return false;
            }
        }

        return true;
    }
}
