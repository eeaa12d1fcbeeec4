using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenAIStream.Bench;

/// <summary>Code that turns the bytes of a chat completion into its text, or does part of that.</summary>
internal static class Chunks
{
    /// <summary>Ours, as a caller uses it: the open stream, chunk by chunk.</summary>
    public static long Ours(Stream bytes)
    {
        using var stream = Open(bytes);
        long characters = 0;
        while (stream.MoveNext())
        {
            characters += ContentLength(stream.Current);
        }

        return characters;
    }

    /// <summary>Ours on a response's events, reading the content of each.</summary>
    public static long OurResponse(Stream bytes)
    {
        using var stream = SseStream.Read<ResponseEvent>(bytes);
        return OurResponse(stream);
    }

    public static long OurResponse(SseStream<ResponseEvent> stream)
    {
        long characters = 0;
        while (stream.MoveNext())
        {
            characters++;
            characters += stream.Current switch
            {
                ResponseTextDeltaEvent text => text.Delta?.Length ?? 0,
                ResponseReasoningDeltaEvent reasoning => reasoning.Delta?.Length ?? 0,
                ResponseArgumentsDeltaEvent arguments => arguments.Delta?.Length ?? 0,
                _ => 0,
            };
        }

        return characters;
    }

    private static long ContentLength(ChatCompletionChunk chunk) =>
        chunk.Choices is { Count: > 0 } choices ? choices[0].Delta?.Content?.Length ?? 0 : 0;

    public static SseStream<ChatCompletionChunk> Open(Stream bytes) => SseStream.Read<ChatCompletionChunk>(bytes);

    /// <summary>A serializer for a few known fields, on the payloads alone.</summary>
    public static long SourceGenerated(ReadOnlyMemory<byte>[] payloads)
    {
        long characters = 0;
        foreach (var payload in payloads)
        {
            var chunk = JsonSerializer.Deserialize(payload.Span, PlainContext.Default.PlainChunk)!;
            foreach (var choice in chunk.Choices)
            {
                characters += choice.Delta?.Content?.Length ?? 0;
            }
        }

        return characters;
    }

    /// <summary>The reader from token to token, on the payloads alone, without creating anything.</summary>
    public static long Walk(ReadOnlyMemory<byte>[] payloads)
    {
        long tokens = 0;
        foreach (var payload in payloads)
        {
            var reader = new Utf8JsonReader(payload.Span);
            while (reader.Read())
            {
                tokens++;
            }
        }

        return tokens;
    }

    public static long OurModels(ReadOnlyMemory<byte>[] payloads)
    {
        var reader = new JsonModelReader();
        ChatCompletionChunk? previous = null;
        long characters = 0;
        foreach (var payload in payloads)
        {
            previous = (ChatCompletionChunk)reader.Read(payload.Span, ChatCompletionChunk.Shape, previous)!;
            characters += ContentLength(previous);
        }

        return characters;
    }

    public static long IndexOfScan(byte[] bytes)
    {
        long lines = 0;
        for (int start = 0; start < bytes.Length; lines++)
        {
            start += bytes.AsSpan(start).IndexOf((byte)'\n') + 1;
        }

        return lines;
    }

    public static long OurFraming(Stream bytes)
    {
        var parser = new OpenAIStream.SseParser();
        long length = 0;
        int count;
        do
        {
            while (parser.TryRead(out var frame))
            {
                length += frame.Data.Length;
            }

            var free = parser.FreeSpace();
            count = bytes.Read(free.Array!, free.Offset, free.Count);
            parser.Received(count);
        }
        while (count > 0);
        return length;
    }

    public static long SystemFraming(Stream bytes)
    {
        long length = 0;
        foreach (var item in System.Net.ServerSentEvents.SseParser.Create(bytes, static (_, data) => data.Length).Enumerate())
        {
            length += item.Data;
        }

        return length;
    }

    /// <summary>Events with their data as text: the public decoder.</summary>
    public static long OurDecoder(Stream bytes)
    {
        long length = 0;
        foreach (var item in new SseDecoder().Decode(bytes))
        {
            length += item.Data.Length;
        }

        return length;
    }

    public static long SystemDecoder(Stream bytes)
    {
        long length = 0;
        foreach (var item in System.Net.ServerSentEvents.SseParser.Create(bytes).Enumerate())
        {
            length += item.Data.Length;
        }

        return length;
    }
}

internal sealed record PlainChunk(
    [property: JsonPropertyName("id")] string? Id,
    [property: JsonPropertyName("object")] string? Object,
    [property: JsonPropertyName("created")] long Created,
    [property: JsonPropertyName("model")] string? Model,
    [property: JsonPropertyName("service_tier")] string? ServiceTier,
    [property: JsonPropertyName("system_fingerprint")] string? SystemFingerprint,
    [property: JsonPropertyName("choices")] List<PlainChoice> Choices,
    [property: JsonPropertyName("obfuscation")] string? Obfuscation);

internal sealed record PlainChoice(
    [property: JsonPropertyName("index")] int Index,
    [property: JsonPropertyName("delta")] PlainDelta? Delta,
    [property: JsonPropertyName("finish_reason")] string? FinishReason);

internal sealed record PlainDelta(
    [property: JsonPropertyName("role")] string? Role,
    [property: JsonPropertyName("content")] string? Content,
    [property: JsonPropertyName("refusal")] string? Refusal);

[JsonSerializable(typeof(PlainChunk))]
internal sealed partial class PlainContext : JsonSerializerContext;
