namespace OpenAIStream;

/// <summary>An event is larger than the limit.</summary>
public sealed class EventTooLargeException : ApiException
{
    /// <param name="limit">The limit, in bytes.</param>
    /// <param name="eventIndex">The index of the event, starting at 0.</param>
    /// <param name="byteOffset">The position of the event, in bytes from the start of the body.</param>
    public EventTooLargeException(long limit, long eventIndex, long byteOffset) : base(FormattableString.Invariant(
        $"Event {eventIndex} of the stream, at byte {byteOffset}, is larger than the limit of {limit} bytes. Increase MaxEventBytes; null means no limit."))
    {
        MaxEventBytes = limit;
        EventIndex = eventIndex;
    }

    /// <summary>The limit, in bytes.</summary>
    public long MaxEventBytes { get; }

    /// <summary>The index of the event, starting at 0.</summary>
    public long EventIndex { get; }
}
