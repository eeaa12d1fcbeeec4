using System.Text;

namespace OpenAIStream.Bench;

/// <summary>The bytes that every contender reads.</summary>
internal static class Inputs
{
    // Some of it is not ASCII, as in any answer that is not in English.
    private static readonly string[] Words =
    [
        " the", " stream", " für", " naïve", " 日本", "語", " of", " tokens", " — ", " 🙂", " connection", ".\\n", " is", " 東京", " \\\"quoted\\\"", " closed",
    ];

    /// <summary>A chat completion as the service streams it: chunks of about 320 bytes, a finish reason, the sentinel.</summary>
    public static byte[] Chat(int chunks)
    {
        using var stream = new MemoryStream(chunks * 330);
        for (int i = 0; i < chunks; i++)
        {
            bool isLast = i == chunks - 1;
            string delta = i == 0 ? """{"role":"assistant","content":"","refusal":null}""" : isLast ? "{}" : $$"""{"content":"{{Words[i % Words.Length]}}"}""";
            string text = "data: {\"id\":\"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG\",\"object\":\"chat.completion.chunk\",\"created\":1741570283," +
                "\"model\":\"gpt-4o-2024-08-06\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_fc9f1d7035\",\"choices\":[{\"index\":0,\"delta\":" +
                delta + ",\"logprobs\":null,\"finish_reason\":" + (isLast ? "\"stop\"" : "null") + "}],\"obfuscation\":\"" + Padding(i) + "\"}\n\n";
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        stream.Write("data: [DONE]\n\n"u8);
        return stream.ToArray();
    }

    /// <summary>One event of a size.</summary>
    public static byte[] BigEvent(int bytes) => Encoding.ASCII.GetBytes($"data: {new string('x', bytes)}\n\n");

    /// <summary>The payloads of a stream of one-line events, without the sentinel: for what is measured without framing.</summary>
    public static ReadOnlyMemory<byte>[] Payloads(byte[] stream)
    {
        var payloads = new List<ReadOnlyMemory<byte>>();
        for (int start = 0; start < stream.Length;)
        {
            int length = stream.AsSpan(start).IndexOf((byte)'\n');
            var line = stream.AsMemory(start, length);
            if (line.Span.StartsWith("data: "u8) && !line.Span.EndsWith("[DONE]"u8))
            {
                payloads.Add(line[6..]);
            }

            start += length + 1;
        }

        return [.. payloads];
    }

    // Padding that hides the text's length: of another length, and other characters, each time.
    private static string Padding(int i) => new(Enumerable.Range(0, 1 + (i * 7 % 13)).Select(j => (char)('A' + (((i * 31) + (j * 17)) % 26))).ToArray());
}

/// <summary>Bytes that come in pieces of a size.</summary>
internal sealed class PieceStream(byte[] bytes, int pieceSize) : MemoryStream(bytes)
{
    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, pieceSize));

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, pieceSize)]);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        base.ReadAsync(buffer, offset, Math.Min(count, pieceSize), cancellationToken);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, pieceSize)], cancellationToken);
}
