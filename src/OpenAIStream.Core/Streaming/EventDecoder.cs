namespace OpenAIStream;

/// <summary>Events as they are, for what is not modelled.</summary>
internal sealed class EventDecoder : ChunkDecoder<ServerSentEvent>
{
    private ServerSentEvent? _previous;

    // Nothing is known of what the events mean, so that an end is an end.
    public override StreamStanding Beginning => StreamStanding.Finished;

    public override Decoded<ServerSentEvent> Decode(in SseFrame frame) =>
        new(frame.IsStray ? null : _previous = frame.ToEvent(_previous), "", StreamStanding.Finished);
}
