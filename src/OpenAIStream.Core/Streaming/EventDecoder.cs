namespace OpenAIStream;

/// <summary>Events as they are, for what is not modelled.</summary>
internal sealed class EventDecoder : ChunkDecoder<ServerSentEvent>
{
    private ServerSentEvent? _previous;

    // Nothing is known of what the events mean, so that an end is an end.
    public override bool IsFinished => true;

    public override ServerSentEvent Decode(in SseFrame frame, SseParser parser) => _previous = parser.ToEvent(frame, _previous);

    public override string Text => "";
}
