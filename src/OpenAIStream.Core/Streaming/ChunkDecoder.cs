namespace OpenAIStream;

/// <summary>How a stream stands after an event.</summary>
internal enum StreamStanding
{
    /// <summary>More has to come: an end now would cut the answer.</summary>
    Unfinished,

    /// <summary>The model has finished: the body may end, with or without <c>[DONE]</c>.</summary>
    Finished,

    /// <summary>That was the last event: the end of the body is not waited for.</summary>
    Over,
}

/// <summary>What an event said.</summary>
/// <param name="Chunk">The chunk in it; null when it says nothing, such as one that only keeps the connection open.</param>
/// <param name="Text">The readable text.</param>
/// <param name="Standing">How the stream stands now.</param>
internal readonly record struct Decoded<T>(T? Chunk, string Text, StreamStanding Standing) where T : class;

/// <summary>Turns events into chunks, and knows what is an error and when the model has finished.</summary>
/// <typeparam name="T">The chunk.</typeparam>
internal abstract class ChunkDecoder<T> where T : class
{
    /// <summary>How a stream stands before its first event.</summary>
    public virtual StreamStanding Beginning => StreamStanding.Unfinished;

    /// <summary>Why the model stopped, as far as it has.</summary>
    public string? FinishReason { get; protected set; }

    /// <summary>Where in a response that can be resumed the last event was.</summary>
    public virtual (string? ResponseId, long? SequenceNumber) Position => default;

    /// <summary>Whether audio in place of events is an answer too.</summary>
    public virtual bool TakesMedia => false;

    /// <summary>The text of a chunk that is not returned, because it tells of an error.</summary>
    public string TextOfError { get; protected set; } = "";

    /// <summary>What errors must not show.</summary>
    public Secrets Secrets { get; set; } = new();

    /// <summary>Throws when nobody waits for the event that is being read: a large one takes seconds.</summary>
    public virtual Action? Check { get; set; }

    /// <exception cref="ApiException">The event is an error, or not what the API promises.</exception>
    public abstract Decoded<T> Decode(in SseFrame frame);

    /// <summary>The stream has ended in order: whether what was asked for has come.</summary>
    /// <exception cref="ApiException">Nothing of it has come.</exception>
    public virtual void CheckEnd()
    {
    }

    /// <summary>Learns from the request how many answers there will be.</summary>
    public virtual void Expect(JsonModel request)
    {
    }
}
