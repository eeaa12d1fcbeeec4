namespace OpenAIStream.Mutate;

/// <summary>A step failed that others depend on.</summary>
public sealed class CommandFailedException(string message) : Exception(message);
