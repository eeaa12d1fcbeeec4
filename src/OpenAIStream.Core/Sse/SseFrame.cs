namespace OpenAIStream;

/// <summary>One event as bytes, valid until the parser is asked for the next.</summary>
internal readonly ref struct SseFrame(ReadOnlySpan<byte> eventName, ReadOnlySpan<byte> data, long index, long offset)
{
    public ReadOnlySpan<byte> EventName { get; } = eventName;

    public ReadOnlySpan<byte> Data { get; } = data;

    /// <summary>Which event of the stream this is, from 0.</summary>
    public long Index { get; } = index;

    /// <summary>Where in the stream its data began, in bytes.</summary>
    public long Offset { get; } = offset;
}
