namespace OpenAIStream;

/// <summary>The state of a stream after an event.</summary>
internal enum StreamStanding
{
    /// <summary>More has to follow: an end now would cut off the answer.</summary>
    Unfinished,

    /// <summary>The model has finished: the body can end, with or without <c>[DONE]</c>.</summary>
    Finished,

    /// <summary>That was the last event; there is no need to wait for the end of the body.</summary>
    Over,
}

/// <summary>The result of an event.</summary>
/// <param name="Chunk">The chunk; null if the event contains none, for example if it only keeps the connection open.</param>
/// <param name="Text">The readable text.</param>
/// <param name="Standing">The state of the stream.</param>
internal readonly record struct Decoded<T>(T? Chunk, string Text, StreamStanding Standing) where T : class;

/// <summary>Turns events into chunks, and recognizes errors and the end of the answer.</summary>
/// <typeparam name="T">The chunk.</typeparam>
internal abstract class ChunkDecoder<T> where T : class
{
    /// <summary>The state of a stream before its first event.</summary>
    public virtual StreamStanding Beginning => StreamStanding.Unfinished;

    /// <summary>The finish reason, once the model has sent one.</summary>
    public string? FinishReason { get; protected set; }

    /// <summary>The position of the last event in a response that can be resumed.</summary>
    public virtual (string? ResponseId, long? SequenceNumber) Position => default;

    /// <summary>Whether the response can be resumed at its position: the service writes it without a connection.</summary>
    public bool IsResumable { get; set; }

    /// <summary>Whether audio instead of events is an answer too.</summary>
    public virtual bool TakesMedia => false;

    /// <summary>The text of a chunk that is not returned because it contains an error.</summary>
    public string TextOfError { get; protected set; } = "";

    /// <summary>What errors must not show.</summary>
    public Secrets Secrets { get; set; } = new();

    /// <summary>Throws if nobody waits any longer for the event that is being read: a large event takes seconds.</summary>
    public virtual Action? Check { get; set; }

    /// <exception cref="ApiException">The event is an error, or not what the API promises.</exception>
    public abstract Decoded<T> Decode(in SseFrame frame);

    /// <summary>What is wrong with a regular end of the stream here: the answer is cut off, or lacks what was requested. Null if nothing is.</summary>
    public virtual ApiException? FaultOfEnd() => null;

    /// <summary>Learns from the request how many answers to expect.</summary>
    public virtual void Expect(JsonModel request)
    {
    }
}
