namespace OpenAIStream;

/// <summary>What a request continues from, in a tool loop: the previous answer, the new input, and the whole conversation.</summary>
/// <param name="ParentId">The answer that it continues from.</param>
/// <param name="New">The new input since then.</param>
/// <param name="Whole">The whole conversation as input; null if only the service knows its beginning.</param>
/// <param name="Input">The input of the request for which this was created; it does not apply to another one.</param>
internal sealed record ResponseContext(string ParentId, object?[] New, object?[]? Whole, object? Input)
{
    /// <summary>Whether this was created for a request.</summary>
    public bool IsOf(ResponseRequest request) => ReferenceEquals(request.Find("input"), Input);
}
