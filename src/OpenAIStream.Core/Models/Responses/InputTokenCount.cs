namespace OpenAIStream;

/// <summary>The number of tokens in the input of a request.</summary>
public sealed class InputTokenCount : Answer
{
    /// <summary>The tokens of the input, including tools and instructions.</summary>
    public long? InputTokens => GetInt64("input_tokens");

    /// <summary>The kind of object: <c>response.input_tokens</c>.</summary>
    public string? Object => GetString("object");

    /// <summary>The number of tokens.</summary>
    public override string Text => FormattableString.Invariant($"{InputTokens}");
}
