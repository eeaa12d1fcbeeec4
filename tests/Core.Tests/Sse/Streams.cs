using System.Text;

namespace OpenAIStream.Tests.Sse;

/// <summary>Thousands of streams: grammar elements in any order, well-formed streams, and well-formed streams with changed bytes.</summary>
internal static class Streams
{
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "\n", "\n", "\n\n", "\r", "\r\r", "\r\n", "\r\n\r\n", "\n\r", "data", "data:", "data: ", "data: a\n", "data: b\r\n", "data:c\r", "data\n",
            "event", "event:", "event: ping\n", "event:\n", "event: ping\n\n", "event: message\n", "id", "id:", "id: 1\n", "id: 2\n\n", "id\n", "id:\0\n",
            "retry", "retry:", "retry: 10\n", "retry: x\n", "retry: 99999999999999999999\n", ":", ": keep-alive\n\n", ": \r", " ", "  ", "\t", "\0", "x", "7",
            "\uFEFF", "\u00E9", "\U0001F600", "\u2028", "\u0085", "\v", "\f", "unknown: y\n", "a long unknown name: z\n", "data : a\n", "Data: a\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0x80], [0xEF, 0xBB],
    ];

    public static byte[] Next(Random random)
    {
        var stream = new List<byte>();
        if (random.Next(8) == 0)
        {
            stream.AddRange("\uFEFF"u8);
        }

        bool wellFormed = random.Next(2) == 0;
        for (int count = random.Next(wellFormed ? 5 : 25); count > 0; count--)
        {
            stream.AddRange(wellFormed ? Block(random) : Pieces[random.Next(Pieces.Length)]);
        }

        for (int changes = random.Next(3) == 0 ? random.Next(1, 6) : 0; changes > 0 && stream.Count > 0; changes--)
        {
            Change(stream, random);
        }

        return [.. stream];
    }

    /// <summary>Piece sizes in which such a stream may arrive, endlessly.</summary>
    public static IEnumerable<int> Sizes(Random random)
    {
        int most = 1 << random.Next(8);
        while (true)
        {
            yield return random.Next(1, most + 1);
        }
    }

    private static byte[] Block(Random random)
    {
        string lineEnd = random.Next(4) switch { 0 => "\r", 1 => "\r\n", _ => "\n" };
        var block = new StringBuilder();
        for (int count = random.Next(5); count > 0; count--)
        {
            string field = random.Next(8) switch
            {
                0 => "event: " + Text(random),
                1 => "id: " + Text(random),
                2 => "retry: " + random.Next(100_000),
                3 => ": " + Text(random),
                _ => "data: " + Text(random),
            };
            block.Append(field).Append(lineEnd);
        }

        return Encoding.UTF8.GetBytes(block.Append(lineEnd).ToString());
    }

    private static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => "ab0 :\u00E9\u20AC{\"}"[random.Next(10)]));

    private static void Change(List<byte> stream, Random random)
    {
        int at = random.Next(stream.Count);
        switch (random.Next(4))
        {
            case 0:
                stream[at] = (byte)random.Next(256);
                break;
            case 1:
                stream.RemoveAt(at);
                break;
            case 2:
                stream.Insert(at, "\r\n:\0 "u8[random.Next(5)]);
                break;
            default:
                stream.InsertRange(at, stream.GetRange(at, random.Next(stream.Count - at)));
                break;
        }
    }
}
