namespace OpenAIStream;

/// <summary>The response is not what the API promises: no event stream, no JSON, JSON that is broken, or no image or audio.</summary>
public sealed class ResponseFormatException(string message, Exception? innerException = null) : ApiException(message, innerException)
{
    /// <summary>In a stream: which event it was, from 0.</summary>
    public long? EventIndex { get; init; }

    /// <summary>In a stream: where that event's data began, in bytes from the start of the body.</summary>
    public long? ByteOffset { get; init; }

    /// <summary>What was asked for and is not in the response, or not in a form that can be used: image, audio; null for any other fault.</summary>
    public string? MissingMedia { get; init; }
}
