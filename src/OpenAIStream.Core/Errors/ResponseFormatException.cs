namespace OpenAIStream;

/// <summary>The response is not what the API promises: not an event stream, not JSON, malformed JSON, or without an image or audio.</summary>
public sealed class ResponseFormatException(string message, Exception? innerException = null) : ApiException(message, innerException)
{
    /// <summary>In a stream: the index of the event, starting at 0.</summary>
    public long? EventIndex { get; init; }

    /// <summary>In a stream: the position of the event's data, in bytes from the start of the body.</summary>
    public long? ByteOffset { get; init; }

    /// <summary>The requested media that the response does not contain in a usable form: image, audio; null for any other error.</summary>
    public string? MissingMedia { get; init; }
}
