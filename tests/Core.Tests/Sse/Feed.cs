using System.Globalization;
using System.Text;

namespace OpenAIStream.Tests.Sse;

/// <summary>Ways to pass bytes to the decoder.</summary>
internal static class Feed
{
    /// <summary>An event, and how many bytes of the stream had been read when it was returned.</summary>
    public sealed record Delivery(ServerSentEvent Event, int BytesGiven);

    public static IEnumerable<int> ByteByByte => Enumerable.Repeat(1, int.MaxValue);

    /// <summary>Whole, byte by byte, and split at every offset.</summary>
    public static IEnumerable<(string Name, IEnumerable<int> Sizes)> EveryWay(int length)
    {
        yield return ("whole", []);
        yield return ("byte by byte", ByteByByte);
        for (int split = 1; split < length; split++)
        {
            yield return ($"split at {split}", [split]);
        }
    }

    public static List<Delivery> Decode(byte[] input, IEnumerable<int> sizes, long? maxEventBytes = null)
    {
        using var stream = new PieceStream(input, sizes);
        var decoder = new SseDecoder { MaxEventBytes = maxEventBytes };
        return [.. decoder.Decode(stream).Select(found => new Delivery(found, stream.BytesGiven))];
    }

    public static async Task<List<Delivery>> DecodeAsync(byte[] input, IEnumerable<int> sizes, long? maxEventBytes = null)
    {
        using var stream = new PieceStream(input, sizes);
        var decoder = new SseDecoder { MaxEventBytes = maxEventBytes };
        var result = new List<Delivery>();
        await foreach (var found in decoder.DecodeAsync(stream))
        {
            result.Add(new Delivery(found, stream.BytesGiven));
        }

        return result;
    }

    /// <summary>Text as UTF-8, numbers as single bytes.</summary>
    public static byte[] Bytes(params object[] parts) =>
        [.. parts.SelectMany(part => part is string text ? Encoding.UTF8.GetBytes(text) : [(byte)(int)part])];

    /// <summary>Bytes in readable form.</summary>
    public static string Show(byte[] bytes) => string.Concat(bytes.Select(b => b switch
    {
        (byte)'\n' => "\\n",
        (byte)'\r' => "\\r",
        >= 0x20 and < 0x7F => ((char)b).ToString(),
        _ => "\\x" + b.ToString("X2", CultureInfo.InvariantCulture),
    }));

    public static string Show(IEnumerable<ServerSentEvent> events) => string.Join("\n", events.Select(e =>
        $"  event={Show(e.Event)} data={Show(e.Data)} id={Show(e.Id)} retry={e.Retry?.ToString(CultureInfo.InvariantCulture) ?? "null"}"));

    private static string Show(string? text) => text is null ? "null" : $"\"{Show(Encoding.UTF8.GetBytes(text))}\"";
}
