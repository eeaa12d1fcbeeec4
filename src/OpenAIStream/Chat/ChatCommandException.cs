namespace OpenAIStream;

/// <summary>A command of the chat that cannot be done; the message says why, and what to do.</summary>
internal sealed class ChatCommandException(string message) : Exception(message);
