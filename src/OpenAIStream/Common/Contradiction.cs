namespace OpenAIStream;

/// <summary>Parameters that exclude each other.</summary>
/// <param name="IsThere">Whether they were given together.</param>
/// <param name="Message">Why they exclude each other, and what to do.</param>
/// <param name="Target">The value that the error is about, if it is about one.</param>
internal sealed record Contradiction(bool IsThere, string Message, object? Target = null);
