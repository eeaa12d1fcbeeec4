namespace OpenAIStream.Loopback;

/// <summary>Cuts an event stream after each blank line, byte for byte.</summary>
internal static class EventPieces
{
    public static IEnumerable<byte[]> Split(byte[] stream)
    {
        int start = 0;
        int lineStart = 0;
        for (int at = 0; at < stream.Length; at++)
        {
            if (stream[at] is not ((byte)'\n' or (byte)'\r'))
            {
                continue;
            }

            int lineEnd = at;
            if (stream[at] == '\r' && at + 1 < stream.Length && stream[at + 1] == '\n')
            {
                at++;
            }

            bool isBlank = lineEnd == lineStart;
            lineStart = at + 1;
            if (isBlank)
            {
                yield return stream[start..lineStart];
                start = lineStart;
            }
        }

        if (start < stream.Length)
        {
            yield return stream[start..];
        }
    }
}
