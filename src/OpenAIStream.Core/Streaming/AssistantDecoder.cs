namespace OpenAIStream;

/// <summary>
/// Events of the assistants API. The event <c>done</c>, or <c>[DONE]</c>, ends the stream; a run that has come to rest is
/// whole without it. The event <c>error</c> is raised, as in every other stream; a run that failed is an event like others,
/// because it is the run's state and not the stream's.
/// </summary>
internal sealed class AssistantDecoder() : ModelDecoder<AssistantEvent>(AssistantEvent.Shape)
{
    private const string RunPrefix = "thread.run.";

    private string? _eventName;
    private bool _isOver;

    public override bool IsOver => _isOver;

    public override bool IsFinished => _isOver || base.IsFinished;

    public override AssistantEvent? Decode(in SseFrame frame, SseParser parser)
    {
        if (frame.EventName.SequenceEqual("done"u8))
        {
            _isOver = true;
            return null;
        }

        _eventName = frame.EventName.IsEmpty ? null : Utf8.ToString(frame.EventName, _eventName);
        return base.Decode(frame, parser);
    }

    protected override void Observe(AssistantEvent chunk)
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
    }
}
