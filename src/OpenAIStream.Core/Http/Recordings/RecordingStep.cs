namespace OpenAIStream;

/// <summary>One thing that happens in a recorded answer: a pause, bytes, or a fault.</summary>
public abstract record RecordingStep
{
    private protected RecordingStep()
    {
    }
}

/// <summary>Time that passes before what follows; a replay shortens it by its speed.</summary>
public sealed record RecordedPause(TimeSpan Time) : RecordingStep;

/// <summary>Bytes of the body that arrive together.</summary>
public sealed record RecordedBytes(ReadOnlyMemory<byte> Bytes) : RecordingStep;

/// <summary>What goes wrong there.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Time">How long a stall lasts, at every speed; null is until a timeout or the caller ends it.</param>
public sealed record RecordedFault(RecordedFaultKind Kind, TimeSpan? Time = null) : RecordingStep
{
    /// <summary>Whether nothing can come after it.</summary>
    public bool IsLast => Time is null;
}

/// <summary>What can go wrong in a recording.</summary>
public enum RecordedFaultKind
{
    /// <summary>The connection ends early: before the answer, or in the middle of its body.</summary>
    Cut,

    /// <summary>The connection is reset.</summary>
    Reset,

    /// <summary>Silence.</summary>
    Stall,

    /// <summary>The connection is refused; there is no answer.</summary>
    Refused,

    /// <summary>Making the connection takes too long; there is no answer.</summary>
    Timeout,
}
