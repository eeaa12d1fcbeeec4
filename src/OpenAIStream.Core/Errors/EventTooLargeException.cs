namespace OpenAIStream;

/// <summary>An event outgrew the limit that was set for it.</summary>
public sealed class EventTooLargeException : ApiException
{
    /// <param name="limit">The limit, in bytes.</param>
    /// <param name="eventIndex">Which event it is, from 0.</param>
    /// <param name="byteOffset">Where it begins, in bytes from the start of the body.</param>
    public EventTooLargeException(long limit, long eventIndex, long byteOffset) : base(FormattableString.Invariant(
        $"Event {eventIndex} of the stream, at byte {byteOffset}, is larger than the limit of {limit} bytes. Increase MaxEventBytes; null means no limit."))
    {
        MaxEventBytes = limit;
        EventIndex = eventIndex;
    }

    /// <summary>The limit, in bytes.</summary>
    public long MaxEventBytes { get; }

    /// <summary>Which event it was, from 0.</summary>
    public long EventIndex { get; }
}
