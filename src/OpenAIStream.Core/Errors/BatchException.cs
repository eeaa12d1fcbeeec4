namespace OpenAIStream;

/// <summary>The service refused a whole batch, or ended one before it had made a request of it.</summary>
/// <param name="message">What happened, in words.</param>
public sealed class BatchException(string message) : ApiException(message);
