using System.Text;

namespace OpenAIStream.Bench;

/// <summary>The bytes that every contender reads.</summary>
internal static class Inputs
{
    // Some of it is not ASCII, like any answer that is not in English.
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

    /// <summary>One event of this size.</summary>
    public static byte[] BigEvent(int bytes) => Encoding.ASCII.GetBytes($"data: {new string('x', bytes)}\n\n");

    /// <summary>A streamed image as the service sends it: one event, most of which is Base64.</summary>
    /// <param name="base64">The number of Base64 characters.</param>
    public static byte[] ImageEvent(int base64) =>
    [
        .. "event: image_generation.completed\ndata: {\"type\":\"image_generation.completed\",\"b64_json\":\""u8,
        .. Base64(base64),
        .. "\",\"created_at\":1741570283,\"size\":\"1024x1024\",\"output_format\":\"png\",\"usage\":{\"input_tokens\":50,\"output_tokens\":6240,\"total_tokens\":6290}}\n\n"u8,
    ];

    /// <summary>Streamed speech: pieces of Base64, each encoded separately.</summary>
    public static byte[] Speech(int events, int base64)
    {
        byte[] one = [.. "event: speech.audio.delta\ndata: {\"type\":\"speech.audio.delta\",\"audio\":\""u8, .. Base64(base64), .. "\"}\n\n"u8];
        return [.. Enumerable.Repeat(one, events).SelectMany(static bytes => bytes), .. "event: speech.audio.done\ndata: {\"type\":\"speech.audio.done\",\"usage\":{\"total_tokens\":9}}\n\n"u8];
    }

    /// <summary>Random bytes as Base64.</summary>
    public static byte[] Base64(int characters)
    {
        byte[] bytes = new byte[characters / 4 * 3];
        new Random(4711).NextBytes(bytes);
        return Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes));
    }

    /// <summary>A response that reasons, writes and calls a function: each as a series of deltas, between its first and its complete version.</summary>
    public static byte[] Response(int deltas)
    {
        var text = new StringBuilder();
        int number = 0;
        Event("response.created", "\"response\":{\"id\":\"resp_68af40\",\"object\":\"response\",\"created_at\":1756315696,\"status\":\"in_progress\",\"model\":\"gpt-5-2025-08-07\",\"output\":[],\"tools\":[]}");
        Item(0, "rs_68af4030", "reasoning", "\"summary\":[]", "response.reasoning_summary_text", "summary_index");
        Item(1, "msg_68af4045", "message", "\"status\":\"in_progress\",\"content\":[],\"role\":\"assistant\"", "response.output_text", "content_index");
        Item(2, "fc_68af4052", "function_call", "\"status\":\"in_progress\",\"arguments\":\"\",\"call_id\":\"call_Abc\",\"name\":\"find\"", "response.function_call_arguments", "");
        Event("response.completed", "\"response\":{\"id\":\"resp_68af40\",\"object\":\"response\",\"created_at\":1756315696,\"status\":\"completed\",\"model\":\"gpt-5-2025-08-07\",\"output\":[],\"tools\":[]}");
        return Encoding.UTF8.GetBytes(text.ToString());

        void Event(string type, string rest) =>
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"event: {type}\ndata: {{\"type\":\"{type}\",\"sequence_number\":{number++},{rest}}}\n\n");

        void Item(int index, string id, string type, string fields, string delta, string part)
        {
            string item = $"\"output_index\":{index},\"item\":{{\"id\":\"{id}\",\"type\":\"{type}\",{fields}}}";
            Event("response.output_item.added", item);
            string place = part.Length > 0 ? $",\"{part}\":0" : "";
            for (int i = 0; i < deltas / 3; i++)
            {
                Event(delta + ".delta", $"\"item_id\":\"{id}\",\"output_index\":{index}{place},\"delta\":\"{Words[i % Words.Length]}\",\"obfuscation\":\"{Padding(i)}\"");
            }

            Event("response.output_item.done", item);
        }
    }

    /// <summary>The payloads of a stream of one-line events, without the sentinel: for measurements without framing.</summary>
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

    // Padding that hides the text's length: with another length, and other characters, each time.
    private static string Padding(int i) => new(Enumerable.Range(0, 1 + (i * 7 % 13)).Select(j => (char)('A' + (((i * 31) + (j * 17)) % 26))).ToArray());
}

/// <summary>Bytes in pieces of this size.</summary>
internal sealed class PieceStream(byte[] bytes, int pieceSize) : MemoryStream(bytes)
{
    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, pieceSize));

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, pieceSize)]);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        base.ReadAsync(buffer, offset, Math.Min(count, pieceSize), cancellationToken);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, pieceSize)], cancellationToken);
}
