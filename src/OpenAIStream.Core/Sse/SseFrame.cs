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

    /// <summary>Whether this is the sentinel <c>[DONE]</c>, with or without blanks after it.</summary>
    public bool IsDone => Data.StartsWith("[DONE]"u8) && IsBlank(Data.Slice(6));

    /// <summary>The frame as the public event. It shares its name with the one before when they are alike.</summary>
    public ServerSentEvent ToEvent(ServerSentEvent? previous)
    {
        string? name = EventName.IsEmpty ? null : Utf8.ToString(EventName, previous?.Event);
        return new ServerSentEvent(name, Encoding.UTF8.GetString(Data), Id, Retry);
    }

    private static bool IsBlank(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (b is not ((byte)' ' or (byte)'\t'))
            {
                return false;
            }
        }

        return true;
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

/// <summary>What a line of the stream says.</summary>
internal static class SseLine
{
    /// <summary>A line longer than this shows which field it is, also before its end has come.</summary>
    public const int LongestName = 5;

    public static SseField Parse(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> value)
    {
        int colon = line.Slice(0, Math.Min(line.Length, LongestName + 1)).IndexOf((byte)':');
        var name = colon < 0 ? line : line.Slice(0, colon);
        value = colon < 0 ? default : line.Slice(colon + 1);
        if (!value.IsEmpty && value[0] == (byte)' ')
        {
            value = value.Slice(1);
        }

        return name.SequenceEqual("data"u8) ? SseField.Data
            : name.SequenceEqual("event"u8) ? SseField.Event
            : name.SequenceEqual("id"u8) ? SseField.Id
            : name.SequenceEqual("retry"u8) ? SseField.Retry
            : SseField.Ignored;
    }
}
