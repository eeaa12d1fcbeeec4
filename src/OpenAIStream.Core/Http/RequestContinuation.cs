namespace OpenAIStream;

/// <summary>What a request continues from.</summary>
/// <param name="ParentId">The previous response.</param>
/// <param name="Delta">The body with only the new input; null if that is already the body of the request.</param>
internal sealed record RequestContinuation(string ParentId, Func<byte[]>? Delta);
