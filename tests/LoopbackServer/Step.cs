namespace OpenAIStream.Loopback;

/// <summary>One step of a reply; <see cref="ReplyPlayer"/> runs it.</summary>
internal abstract record Step;

/// <summary>Writes and flushes the bytes, in one piece when <paramref name="PieceBytes"/> is 0.</summary>
internal sealed record SendStep(byte[] Bytes, int PieceBytes, int PauseMilliseconds) : Step;

internal sealed record FlushStep : Step;

internal sealed record DelayStep(int Milliseconds) : Step;

internal sealed record WaitForStep(string Signal) : Step;

internal sealed record StallStep : Step;

internal sealed record CutStep : Step;

internal sealed record ResetStep : Step;

internal sealed record GoAwayStep : Step;

/// <summary>Writes bytes to a socket, below its frames.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="IsOver">Whether they end the response or the socket.</param>
internal sealed record WireStep(byte[] Bytes, bool IsOver) : Step;
