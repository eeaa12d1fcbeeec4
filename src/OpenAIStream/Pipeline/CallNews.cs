namespace OpenAIStream;

/// <summary>The events of a call as text.</summary>
internal static class CallNews
{
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(5);

    /// <summary>The text of an event. A request id, an address or a message may contain what a server sent, so the text is made safe for a terminal.</summary>
    public static string Text(CallEvent callEvent) => SafeText.Of(Words(callEvent));

    private static string Words(CallEvent callEvent) => callEvent switch
    {
        RequestSending sending => $"{sending.Method} {sending.Address} (attempt {sending.Attempt}, {(sending.BodyBytes is long size ? $"{size}" : "an unknown number of")} bytes)",
        ResponseReceived received => $"Status {received.StatusCode} after {received.Elapsed.TotalMilliseconds:0} ms, request id {received.RequestId ?? "none"}{(received.RateLimits is RateLimits limits ? $", {limits}" : "")}",
        RetryWaiting waiting => $"Retrying in {waiting.Delay.TotalSeconds:0.#} s (attempt {waiting.Attempt}): {waiting.Reason.Message}",
        ResponsePending pending => $"{pending.ResponseId} is {pending.Status}; checking again in {pending.Delay.TotalSeconds:0.#} s",
        StreamResuming resuming => $"Resuming {resuming.ResponseId} after event {resuming.StartingAfter}: {resuming.Reason.Message}",
        _ => throw new InvalidOperationException($"An event of an unknown kind: {callEvent}"),
    };

    /// <summary>Whether it takes so long that a user would think that the cmdlet hangs.</summary>
    public static bool IsWarning(CallEvent callEvent) => callEvent is RetryWaiting waiting && waiting.Delay >= Noticeable;
}
