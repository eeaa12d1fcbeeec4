namespace OpenAIStream;

/// <summary>The service refused a whole batch, or ended one before it sent a request in it.</summary>
/// <param name="message">A description of the error.</param>
public sealed class BatchException(string message) : ApiException(message);
