using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace OpenAIStream.Tests.Console;

/// <summary>Writes PNG, each line with another of the five filters.</summary>
internal static class PngFile
{
    public static byte[] Of(int width, int height, int colorType, byte[] samples)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0xD, 0xA, 0x1A, 0xA]);
        byte[] head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        (head[8], head[9]) = (8, (byte)colorType);
        WriteChunk(file, "IHDR", head);
        byte[] data = Compress(Filter(width, height, samples));
        WriteChunk(file, "IDAT", data.AsSpan(0, data.Length / 2));
        WriteChunk(file, "IDAT", data.AsSpan(data.Length / 2));
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static byte[] Filter(int width, int height, byte[] samples)
    {
        int line = samples.Length / height, pixel = line / width;
        byte[] filtered = new byte[samples.Length + height];
        for (int y = 0, at = 0; y < height; y++)
        {
            int filter = y % 5;
            filtered[at++] = (byte)filter;
            for (int x = 0; x < line; x++)
            {
                int left = x >= pixel ? samples[(y * line) + x - pixel] : 0;
                int up = y > 0 ? samples[((y - 1) * line) + x] : 0;
                int corner = x >= pixel && y > 0 ? samples[((y - 1) * line) + x - pixel] : 0;
                int guess = left + up - corner;
                int[] nearest = [.. new[] { left, up, corner }.OrderBy(one => Math.Abs(guess - one))]; // a stable order
                int predicted = filter switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, _ => nearest[0] };
                filtered[at++] = (byte)(samples[(y * line) + x] - predicted);
            }
        }

        return filtered;
    }

    private static byte[] Compress(byte[] data)
    {
        using var compressed = new MemoryStream();
        compressed.Write([0x78, 0x9C]); // zlib's head; nobody reads its checksum
        using (var deflate = new DeflateStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(data, 0, data.Length);
        }

        return compressed.ToArray();
    }

    private static void WriteChunk(Stream file, string name, ReadOnlySpan<byte> data)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(Encoding.ASCII.GetBytes(name));
        file.Write(data);
        file.Write(new byte[4]);
    }
}
