namespace OpenAIStream;

/// <summary>A whole answer, as a call without streaming returns it.</summary>
public abstract class Answer : ModelOutput;
