using System.IO.Compression;
using System.Text;

namespace OpenAIStream;

/// <summary>What differs between the builds, here for .NET; the same names exist for .NET Standard 2.0.</summary>
internal static class Compat
{
    public static ValueTask<int> ReadSegmentAsync(this Stream stream, ArraySegment<byte> segment, CancellationToken cancellationToken) =>
        stream.ReadAsync(segment.AsMemory(), cancellationToken);

    public static bool IsAsciiEqual(this ReadOnlySpan<byte> utf8, string text) => Ascii.Equals(utf8, text);

    public static bool HasControlCharacter(this ReadOnlySpan<byte> utf8) => utf8.IndexOfAnyInRange((byte)0, (byte)0x1F) >= 0;

    public static int IndexOfAnyExceptDigit(this ReadOnlySpan<byte> utf8) => utf8.IndexOfAnyExceptInRange((byte)'0', (byte)'9');

    public static Task<Stream> ReadBodyAsync(this HttpContent content, CancellationToken stop) => content.ReadAsStreamAsync(stop);

    public static Stream Brotli(Stream body) => new BrotliStream(body, CompressionMode.Decompress);

    /// <summary>Nothing to do: here a cancelled read closes the connection.</summary>
    public static CancellationTokenRegistration CloseOnStop(HttpResponseMessage message, CancellationToken stop) => default;

    public static Task Delay(this TimeProvider clock, TimeSpan delay, CancellationToken stop) => Task.Delay(delay, clock, stop);
}

/// <summary>The shared source of random numbers.</summary>
internal static class Randomness
{
    public static double NextDouble() => Random.Shared.NextDouble();
}
