namespace OpenAIStream;

/// <summary>How a stream ended.</summary>
public enum StreamEnd
{
    /// <summary>It has not ended yet.</summary>
    Open,

    /// <summary>Complete: with <c>[DONE]</c>.</summary>
    Done,

    /// <summary>Complete: the body ended after the model had finished.</summary>
    Finished,

    /// <summary>Complete: nothing followed the last event, and the server kept the connection open.</summary>
    Silence,

    /// <summary>Complete: the server sent the whole answer as JSON instead of a stream.</summary>
    WholeAnswer,

    /// <summary>Cut off: the HTTP body is complete, but the answer in it is not.</summary>
    EndOfBody,

    /// <summary>Cut off: the connection closed before the last chunk or the declared length of the body.</summary>
    BodyCut,

    /// <summary>Cut off: the connection was reset.</summary>
    ConnectionReset,

    /// <summary>Cut off: the server reset the HTTP/2 stream, or closed its connection with an HTTP/2 error.</summary>
    StreamReset,

    /// <summary>Another error: one that the service reported, a malformed event, or a timeout.</summary>
    Error,

    /// <summary>The caller canceled the call.</summary>
    Canceled,

    /// <summary>The stream was disposed before its end.</summary>
    Disposed,
}

internal static class StreamEnds
{
    /// <summary>The end of a stream that ended with this exception.</summary>
    public static StreamEnd ToStreamEnd(this Exception exception) => exception switch
    {
        StreamEndedEarlyException cut => cut.End,
        OperationCanceledException => StreamEnd.Canceled,
        _ => StreamEnd.Error,
    };
}
