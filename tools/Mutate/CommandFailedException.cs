namespace OpenAIStream.Mutate;

/// <summary>A step that the others need has failed.</summary>
public sealed class CommandFailedException(string message) : Exception(message);
