namespace OpenAIStream;

/// <summary>What a request goes on from, as the rounds of tools know it: the answer before, what is new since then, and all of it.</summary>
/// <param name="ParentId">The answer that it goes on from.</param>
/// <param name="New">The input that is new since then.</param>
/// <param name="Whole">The whole conversation as input; null where its beginning is known to the service alone.</param>
/// <param name="Input">The input of the request that this was made for: with another one it says nothing.</param>
internal sealed record ResponseContext(string ParentId, object?[] New, object?[]? Whole, object? Input)
{
    /// <summary>Whether a request is still the one that this was made for.</summary>
    public bool IsOf(ResponseRequest request) => ReferenceEquals(request.Find("input"), Input);
}
