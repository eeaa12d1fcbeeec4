namespace OpenAIStream;

/// <summary>
/// Events of the assistants API. The event <c>done</c>, or <c>[DONE]</c>, ends the stream; a run in a final state is
/// complete without it. The event <c>error</c> throws, as in every other stream; a failed run is a normal event, because
/// that is the state of the run and not of the stream.
/// </summary>
internal sealed class AssistantDecoder() : ModelDecoder<AssistantEvent>(AssistantEvent.Shape)
{
    private const string RunPrefix = "thread.run.";

    private string? _eventName;
    private bool _isDone;

    protected override StreamStanding Standing => _isDone ? StreamStanding.Over
        : FinishReason is null ? StreamStanding.Unfinished : StreamStanding.Finished;

    public override Decoded<AssistantEvent> Decode(in SseFrame frame)
    {
        if (frame.EventName.SequenceEqual("done"u8))
        {
            _isDone = true;
            return new Decoded<AssistantEvent>(null, "", Standing);
        }

        _eventName = frame.EventName.IsEmpty ? null : Utf8.ToString(frame.EventName, _eventName);
        return base.Decode(frame);
    }

    protected override string Observe(AssistantEvent chunk)
    {
        string? name = chunk.Event = _eventName;
        if (name is "thread.run.completed" or "thread.run.incomplete" or "thread.run.failed" or "thread.run.cancelled"
            or "thread.run.expired" or "thread.run.requires_action")
        {
            FinishReason = name.Substring(RunPrefix.Length);
        }
        else if (name == "thread.run.created")
        {
            FinishReason = null;
        }

        return chunk.Text;
    }
}
