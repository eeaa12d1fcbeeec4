namespace OpenAIStream;

/// <summary>One step of a recorded response: a pause, bytes, what the client sends meanwhile, or a fault.</summary>
public abstract record RecordingStep
{
    private protected RecordingStep()
    {
    }
}

/// <summary>Time that passes before the next step; a replay divides it by its speed.</summary>
public sealed record RecordedPause(TimeSpan Time) : RecordingStep;

/// <summary>Bytes of the body that arrive together.</summary>
public sealed record RecordedBytes(ReadOnlyMemory<byte> Bytes) : RecordingStep;

/// <summary>What the client sends while the answer comes, such as input that steers a response; a replay waits there until the same is sent.</summary>
/// <param name="Text">The frame, as JSON.</param>
public sealed record RecordedSent(ReadOnlyMemory<byte> Text) : RecordingStep;

/// <summary>A fault.</summary>
/// <param name="Kind">The kind of fault.</param>
/// <param name="Time">How long a stall lasts, at any speed; null lasts until a timeout or the caller ends it.</param>
public sealed record RecordedFault(RecordedFaultKind Kind, TimeSpan? Time = null) : RecordingStep
{
    /// <summary>Whether nothing can follow it.</summary>
    public bool IsLast => Time is null;

    /// <summary>With <see cref="RecordedFaultKind.Close"/>: the code that the server closes the WebSocket with.</summary>
    public int? CloseCode { get; init; }

    /// <summary>With <see cref="RecordedFaultKind.Close"/>: what the server says with it; null for nothing.</summary>
    public string? CloseReason { get; init; }
}

/// <summary>The faults that a recording can contain.</summary>
public enum RecordedFaultKind
{
    /// <summary>The connection closes early: before the response, or in the middle of its body.</summary>
    Cut,

    /// <summary>The server closes the WebSocket with a code that stands for an error.</summary>
    Close,

    /// <summary>The connection is reset.</summary>
    Reset,

    /// <summary>Silence.</summary>
    Stall,

    /// <summary>The connection is refused; there is no response.</summary>
    Refused,

    /// <summary>Opening the connection times out; there is no response.</summary>
    Timeout,
}
