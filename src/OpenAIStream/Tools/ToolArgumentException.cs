namespace OpenAIStream;

/// <summary>An argument from a model that a parameter cannot accept; the message is sent to the model.</summary>
internal sealed class ToolArgumentException(string message, Exception? innerException = null) : Exception(message, innerException);
