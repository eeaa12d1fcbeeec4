using System.Text;

namespace OpenAIStream;

/// <summary>One event as bytes, valid until its reader is asked for the next.</summary>
internal readonly ref struct SseFrame(ReadOnlySpan<byte> eventName, ReadOnlySpan<byte> data, long index, long offset)
{
    public ReadOnlySpan<byte> EventName { get; } = eventName;

    public ReadOnlySpan<byte> Data { get; } = data;

    /// <summary>Which event of the stream this is, from 0.</summary>
    public long Index { get; } = index;

    /// <summary>Where in the stream its data began, in bytes.</summary>
    public long Offset { get; } = offset;

    /// <summary>The last event id in force.</summary>
    public string? Id { get; init; }

    /// <summary>The reconnection time that came with the event or since the one before, in milliseconds.</summary>
    public long? Retry { get; init; }

    /// <summary>Whether this is no event, but a whole answer in JSON that the server sent instead of a stream.</summary>
    public bool IsWholeAnswer { get; init; }

    /// <summary>The frame as the public event. It shares its name with the one before when they are alike.</summary>
    public ServerSentEvent ToEvent(ServerSentEvent? previous)
    {
        string? name = EventName.IsEmpty ? null : Utf8.ToString(EventName, previous?.Event);
        return new ServerSentEvent(name, Encoding.UTF8.GetString(Data), Id, Retry);
    }
}

/// <summary>The fields that the standard knows; every other line is ignored, comments among them.</summary>
internal enum SseField
{
    Ignored,
    Data,
    Event,
    Id,
    Retry,
}
