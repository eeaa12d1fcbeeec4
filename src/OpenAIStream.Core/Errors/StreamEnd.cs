namespace OpenAIStream;

/// <summary>How a stream ended.</summary>
public enum StreamEnd
{
    /// <summary>It has not ended yet.</summary>
    Open,

    /// <summary>In order: with <c>[DONE]</c>.</summary>
    Done,

    /// <summary>In order: the body ended after the model had finished.</summary>
    Finished,

    /// <summary>In order: nothing came after the last event, and the server kept the connection open.</summary>
    Silence,

    /// <summary>In order: the server sent the whole answer as JSON instead of a stream.</summary>
    WholeAnswer,

    /// <summary>Cut: the body is whole as far as HTTP goes, the answer in it is not.</summary>
    EndOfBody,

    /// <summary>Cut: the connection closed before the last chunk or the declared length of the body.</summary>
    BodyCut,

    /// <summary>Cut: the connection was reset.</summary>
    ConnectionReset,

    /// <summary>Cut: the server reset the HTTP/2 stream, or ended its connection with an HTTP/2 error.</summary>
    StreamReset,

    /// <summary>With another error: one that the service reported, a malformed event, or a timeout.</summary>
    Error,

    /// <summary>The caller canceled the call.</summary>
    Canceled,

    /// <summary>The stream was disposed before its end.</summary>
    Disposed,
}

internal static class StreamEnds
{
    /// <summary>How a stream ended that ended with an exception.</summary>
    public static StreamEnd ToStreamEnd(this Exception exception) => exception switch
    {
        StreamEndedEarlyException cut => cut.End,
        OperationCanceledException => StreamEnd.Canceled,
        _ => StreamEnd.Error,
    };
}
