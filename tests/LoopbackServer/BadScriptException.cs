namespace OpenAIStream.Loopback;

/// <summary>A script or a command line that is invalid; the message says why.</summary>
internal sealed class BadScriptException(string message) : Exception(message);
