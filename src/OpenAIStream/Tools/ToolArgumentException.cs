namespace OpenAIStream;

/// <summary>What a model gave cannot be what a parameter takes; the message tells the model.</summary>
internal sealed class ToolArgumentException(string message, Exception? innerException = null) : Exception(message, innerException);
