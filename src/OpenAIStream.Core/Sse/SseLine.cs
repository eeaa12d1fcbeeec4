namespace OpenAIStream;

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
