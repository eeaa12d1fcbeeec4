namespace OpenAIStream;

/// <summary>What one event of a stream holds.</summary>
public abstract class StreamChunk : JsonModel
{
    /// <summary>What a person would read of it; empty when there is nothing to read.</summary>
    public abstract string Text { get; }

    /// <summary>The request that it answers, where that is known. It is not part of the payload.</summary>
    internal StreamSource? Source { get; set; }
}
