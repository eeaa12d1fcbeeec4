namespace OpenAIStream.Loopback;

/// <summary>Turns a recording into a reply: its answer, with its own timing, to any request.</summary>
internal static class RecordedReply
{
    public static Reply From(Recording recording)
    {
        var reply = recording.Waiting.Aggregate(new Reply(), Add).Status(recording.StatusCode ?? 200);
        reply = recording.ResponseHeaders.Aggregate(reply, static (sum, header) => sum.Header(header.Key, header.Value));
        return recording.Body.Aggregate(reply, Add);
    }

    private static Reply Add(Reply reply, RecordingStep step) => step switch
    {
        RecordedPause pause => reply.Delay((int)pause.Time.TotalMilliseconds),
        RecordedBytes piece => reply.Send(piece.Bytes.ToArray()),
        RecordedFault { Kind: RecordedFaultKind.Stall, Time: TimeSpan time } => reply.Delay((int)time.TotalMilliseconds),
        RecordedFault { Kind: RecordedFaultKind.Stall } => reply.Stall(),
        RecordedFault { Kind: RecordedFaultKind.Cut } => reply.Cut(),
        RecordedFault { Kind: RecordedFaultKind.Reset } => reply.Reset(),
        RecordedFault { Kind: RecordedFaultKind.Close, CloseCode: int code } closed => reply.Close(code, closed.CloseReason ?? ""),
        RecordedSent => throw new BadScriptException("This server waits for nothing that is sent while it answers; a replay does."),
        RecordedFault fault => throw new BadScriptException($"A server that answers cannot play '{fault.Kind}'."),
        _ => throw new InvalidOperationException($"No way to play {step}."),
    };
}
