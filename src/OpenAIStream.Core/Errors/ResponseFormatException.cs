namespace OpenAIStream;

/// <summary>The response is not what the API promises: no event stream, no JSON, or JSON that is broken.</summary>
public sealed class ResponseFormatException(string message, Exception? innerException = null) : ApiException(message, innerException)
{
    /// <summary>In a stream: which event it was, from 0.</summary>
    public long? EventIndex { get; init; }

    /// <summary>In a stream: where that event's data began, in bytes from the start of the body.</summary>
    public long? ByteOffset { get; init; }
}
