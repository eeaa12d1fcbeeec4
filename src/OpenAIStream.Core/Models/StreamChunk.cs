namespace OpenAIStream;

/// <summary>What one event of a stream holds.</summary>
public abstract class StreamChunk : ModelOutput;
