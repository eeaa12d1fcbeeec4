namespace OpenAIStream;

/// <summary>The error of a command of the chat; the message says why it cannot be run, and what to do.</summary>
internal sealed class ChatCommandException(string message) : Exception(message);
