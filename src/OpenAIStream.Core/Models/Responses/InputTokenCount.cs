namespace OpenAIStream;

/// <summary>How many tokens a request's input has.</summary>
public sealed class InputTokenCount : Answer
{
    /// <summary>Tokens of the input, tools and instructions included.</summary>
    public long? InputTokens => GetInt64("input_tokens");

    /// <summary>The kind of object: <c>response.input_tokens</c>.</summary>
    public string? Object => GetString("object");

    /// <summary>The number.</summary>
    public override string Text => FormattableString.Invariant($"{InputTokens}");
}
