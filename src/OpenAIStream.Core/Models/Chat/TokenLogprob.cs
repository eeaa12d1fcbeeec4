namespace OpenAIStream;

/// <summary>A token and how likely it was.</summary>
public sealed class TokenLogprob : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<TokenLogprob>(
        static () => new(),
        ("top_logprobs", new JsonShape<TokenLogprob>(static () => new())));

    /// <summary>The token's text.</summary>
    public string? Token => GetString("token");

    /// <summary>The natural logarithm of its probability.</summary>
    public double? Logprob => GetDouble("logprob");

    /// <summary>The likeliest tokens at this place.</summary>
    public IReadOnlyList<TokenLogprob> TopLogprobs => GetList<TokenLogprob>("top_logprobs");

    /// <summary>The token's text.</summary>
    public override string ToString() => Token ?? base.ToString();
}
