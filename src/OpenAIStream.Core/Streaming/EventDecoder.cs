namespace OpenAIStream;

/// <summary>Returns events unchanged, for APIs without models.</summary>
internal sealed class EventDecoder : ChunkDecoder<ServerSentEvent>
{
    private ServerSentEvent? _previous;

    // Nothing is known about the meaning of the events, so any end is a regular end.
    public override StreamStanding Beginning => StreamStanding.Finished;

    public override Decoded<ServerSentEvent> Decode(in SseFrame frame) =>
        new(frame.IsStray ? null : _previous = frame.ToEvent(_previous), "", StreamStanding.Finished);
}
