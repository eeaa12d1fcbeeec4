namespace OpenAIStream.Loopback;

/// <summary>A script or a command line that cannot be followed; the message says what is wrong with it.</summary>
internal sealed class BadScriptException(string message) : Exception(message);
