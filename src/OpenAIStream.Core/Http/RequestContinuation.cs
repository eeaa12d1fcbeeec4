namespace OpenAIStream;

/// <summary>What a request goes on from.</summary>
/// <param name="ParentId">The response before it.</param>
/// <param name="Delta">The body that says only what is new since then; null where the request's body is that already.</param>
internal sealed record RequestContinuation(string ParentId, Func<byte[]>? Delta);
