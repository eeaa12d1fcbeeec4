using System.Text;

namespace OpenAIStream;

/// <summary>What differs between the builds, here for .NET Standard 2.0; the same names exist for .NET.</summary>
internal static class Compat
{
    public static ValueTask<int> ReadSegmentAsync(this Stream stream, ArraySegment<byte> segment, CancellationToken cancellationToken) =>
        new(stream.ReadAsync(segment.Array!, segment.Offset, segment.Count, cancellationToken));

    public static bool IsAsciiEqual(this ReadOnlySpan<byte> utf8, string text)
    {
        if (utf8.Length != text.Length)
        {
            return false;
        }

        for (int i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] != text[i] || utf8[i] > 127)
            {
                return false;
            }
        }

        return true;
    }

    public static bool HasControlCharacter(this ReadOnlySpan<byte> utf8)
    {
        foreach (byte character in utf8)
        {
            if (character < 0x20)
            {
                return true;
            }
        }

        return false;
    }

    public static int IndexOfAnyExceptDigit(this ReadOnlySpan<byte> utf8)
    {
        for (int i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] is < (byte)'0' or > (byte)'9')
            {
                return i;
            }
        }

        return -1;
    }

    public static unsafe string GetString(this Encoding encoding, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            return bytes.IsEmpty ? "" : encoding.GetString(start, bytes.Length);
        }
    }

    public static Task<Stream> ReadBodyAsync(this HttpContent content, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return content.ReadAsStreamAsync();
    }

    /// <summary>.NET Framework's response streams do not hear a cancelled read (dotnet/corefx#34325): closing the response ends it.</summary>
    public static CancellationTokenRegistration CloseOnStop(HttpResponseMessage message, CancellationToken stop) =>
        stop.Register(static response => ((HttpResponseMessage)response!).Dispose(), message);

    public static Stream Brotli(Stream body) =>
        throw new ResponseFormatException("The response is compressed with Brotli, which Windows PowerShell cannot read.");
}

/// <summary>The shared source of random numbers.</summary>
internal static class Randomness
{
    private static readonly Random Source = new();

    public static double NextDouble()
    {
        lock (Source)
        {
            return Source.NextDouble();
        }
    }
}
