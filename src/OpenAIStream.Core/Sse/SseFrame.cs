using System.Text;

namespace OpenAIStream;

/// <summary>One event as bytes, valid until its reader is asked for the next.</summary>
internal readonly ref struct SseFrame(ReadOnlySpan<byte> eventName, ReadOnlySpan<byte> data, long index, long offset)
{
    public ReadOnlySpan<byte> EventName { get; } = eventName;

    public ReadOnlySpan<byte> Data { get; } = data;

    /// <summary>The data once more where it is in memory of its own, as that of a large event is; else null.</summary>
    public EventBytes? Own { get; init; }

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

    /// <summary>Whether the whole answer is no JSON but bytes, such as audio.</summary>
    public bool IsMedia { get; init; }

    /// <summary>
    /// Whether this is no event, but what may be an error in a place where the standard has none: a line outside of any field,
    /// or an event that the end of the body left unfinished.
    /// </summary>
    public bool IsStray { get; init; }

    /// <summary>Whether this is no event of the standard, nor JSON in the place of all of them.</summary>
    public bool IsOdd => IsStray | IsMedia;

    /// <summary>Whether a body that begins like this holds events, whatever its type says.</summary>
    public static bool IsStart(ReadOnlySpan<byte> start) => start.StartsWith("data:"u8) || start.StartsWith("event:"u8) || start.StartsWith("id:"u8)
        || start.StartsWith("retry:"u8) || start.StartsWith("error:"u8) || start.StartsWith(":"u8);

    /// <summary>The frame as the public event. It shares its name with the one before when they are alike.</summary>
    public ServerSentEvent ToEvent(ServerSentEvent? previous)
    {
        string? name = EventName.IsEmpty ? null : Utf8.ToString(EventName, previous?.Event);
        return new ServerSentEvent(name, Encoding.UTF8.GetString(Data), Id, Retry);
    }
}

/// <summary>The data of an event in memory of its own, which its reader may keep instead of copying it.</summary>
internal sealed class EventBytes(byte[] bytes, int start, int length)
{
    public int Length => length;

    /// <summary>Whether a reader has kept some of it: it is not written to again.</summary>
    public bool IsKept { get; private set; }

    /// <summary>Keeps a part of it.</summary>
    public ArraySegment<byte> Keep(int at, int count)
    {
        IsKept = true;
        return new ArraySegment<byte>(bytes, start + at, count);
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
