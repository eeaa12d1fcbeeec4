using System.Text;

namespace OpenAIStream;

/// <summary>One event as bytes, valid until the next event is read.</summary>
internal readonly ref struct SseFrame(ReadOnlySpan<byte> eventName, ReadOnlySpan<byte> data, long index, long offset)
{
    public ReadOnlySpan<byte> EventName { get; } = eventName;

    public ReadOnlySpan<byte> Data { get; } = data;

    /// <summary>The same data if it has its own memory, as the data of a large event does; otherwise null.</summary>
    public EventBytes? Own { get; init; }

    /// <summary>The index of the event in the stream, starting at 0.</summary>
    public long Index { get; } = index;

    /// <summary>The position of its data in the stream, in bytes.</summary>
    public long Offset { get; } = offset;

    /// <summary>The current last event id.</summary>
    public string? Id { get; init; }

    /// <summary>The reconnection time that was sent with the event or since the previous one, in milliseconds.</summary>
    public long? Retry { get; init; }

    /// <summary>Whether this is not an event, but a whole answer in JSON that the server sent instead of a stream.</summary>
    public bool IsWholeAnswer { get; init; }

    /// <summary>Whether the whole answer is not JSON but bytes, such as audio.</summary>
    public bool IsMedia { get; init; }

    /// <summary>
    /// Whether this is not an event, but a possible error outside the standard: a line outside any field, or an event that
    /// the end of the body left incomplete.
    /// </summary>
    public bool IsStray { get; init; }

    /// <summary>Whether this is neither an event of the standard nor JSON instead of a stream.</summary>
    public bool IsOdd => IsStray | IsMedia;

    /// <summary>Whether a body that begins like this contains events, whatever its content type says.</summary>
    public static bool IsStart(ReadOnlySpan<byte> start) => start.StartsWith("data:"u8) || start.StartsWith("event:"u8) || start.StartsWith("id:"u8)
        || start.StartsWith("retry:"u8) || start.StartsWith("error:"u8) || start.StartsWith(":"u8);

    /// <summary>The frame as a public event. It shares its name with the previous event if they are equal.</summary>
    public ServerSentEvent ToEvent(ServerSentEvent? previous)
    {
        string? name = EventName.IsEmpty ? null : Utf8.ToString(EventName, previous?.Event);
        return new ServerSentEvent(name, Encoding.UTF8.GetString(Data), Id, Retry);
    }
}

/// <summary>The data of an event in its own memory, which its reader can keep instead of copying it.</summary>
internal sealed class EventBytes(byte[] bytes, int start, int length)
{
    public int Length => length;

    /// <summary>Whether a reader has kept some of it; then it is not written to again.</summary>
    public bool IsKept { get; private set; }

    /// <summary>Keeps a part of it.</summary>
    public ArraySegment<byte> Keep(int at, int count)
    {
        IsKept = true;
        return new ArraySegment<byte>(bytes, start + at, count);
    }
}

/// <summary>The fields of the standard; all other lines, including comments, are ignored.</summary>
internal enum SseField
{
    Ignored,
    Data,
    Event,
    Id,
    Retry,
}
