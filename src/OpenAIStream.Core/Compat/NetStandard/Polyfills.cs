using System.Runtime.InteropServices;
using System.Text;

namespace OpenAIStream;

/// <summary>Members of .NET that .NET Standard 2.0 lacks, with the same names.</summary>
internal static class Polyfills
{
    public static ValueTask<int> ReadAsync(this Stream stream, Memory<byte> buffer, CancellationToken cancellationToken) =>
        MemoryMarshal.TryGetArray<byte>(buffer, out var segment)
            ? new ValueTask<int>(stream.ReadAsync(segment.Array!, segment.Offset, segment.Count, cancellationToken))
            : throw new ArgumentException("Only memory that belongs to an array is supported.", nameof(buffer));

    public static ValueTask WriteAsync(this Stream stream, Memory<byte> buffer, CancellationToken cancellationToken) =>
        MemoryMarshal.TryGetArray<byte>(buffer, out var segment)
            ? new ValueTask(stream.WriteAsync(segment.Array!, segment.Offset, segment.Count, cancellationToken))
            : throw new ArgumentException("Only memory that belongs to an array is supported.", nameof(buffer));

    public static bool Contains(this string text, string part, StringComparison comparison) => text.IndexOf(part, comparison) >= 0;

    public static ReadOnlySpan<byte> TrimStart(this ReadOnlySpan<byte> span, ReadOnlySpan<byte> trimmed)
    {
        int start = 0;
        while (start < span.Length && trimmed.IndexOf(span[start]) >= 0)
        {
            start++;
        }

        return span.Slice(start);
    }

    public static ReadOnlySpan<byte> Trim(this ReadOnlySpan<byte> span, ReadOnlySpan<byte> trimmed)
    {
        var rest = span.TrimStart(trimmed);
        int end = rest.Length;
        while (end > 0 && trimmed.IndexOf(rest[end - 1]) >= 0)
        {
            end--;
        }

        return rest.Slice(0, end);
    }

    public static int IndexOfAnyInRange(this ReadOnlySpan<byte> span, byte first, byte last)
    {
        for (int i = 0; i < span.Length; i++)
        {
            if (span[i] >= first && span[i] <= last)
            {
                return i;
            }
        }

        return -1;
    }

    public static int IndexOfAnyExceptInRange(this ReadOnlySpan<byte> span, byte first, byte last)
    {
        for (int i = 0; i < span.Length; i++)
        {
            if (span[i] < first || span[i] > last)
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
}

/// <inheritdoc cref="Polyfills"/>
internal static class Ascii
{
    public static bool IsValid(ReadOnlySpan<byte> bytes)
    {
        foreach (byte one in bytes)
        {
            if (one > 127)
            {
                return false;
            }
        }

        return true;
    }

    public static bool Equals(ReadOnlySpan<byte> left, string right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i] || left[i] > 127)
            {
                return false;
            }
        }

        return true;
    }
}
