namespace OpenAIStream;

/// <summary>The server closed a WebSocket with a code that stands for an error.</summary>
internal sealed class SocketClosedException(int code, string? reason)
    : IOException(FormattableString.Invariant($"The server closed the socket with code {code}{(string.IsNullOrWhiteSpace(reason) ? "" : $": {reason}")}"))
{
    public int Code => code;

    public string? Reason => reason;
}
