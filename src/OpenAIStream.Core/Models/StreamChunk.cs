namespace OpenAIStream;

/// <summary>The content of one event of a stream.</summary>
public abstract class StreamChunk : ModelOutput;
