namespace OpenAIStream;

/// <summary>A token and its probability.</summary>
public sealed class TokenLogprob : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<TokenLogprob>(
        static () => new(),
        ("top_logprobs", new JsonShape<TokenLogprob>(static () => new())));

    /// <summary>The text of the token.</summary>
    public string? Token => GetString("token");

    /// <summary>The natural logarithm of its probability.</summary>
    public double? Logprob => GetDouble("logprob");

    /// <summary>The most likely tokens at this position.</summary>
    public IReadOnlyList<TokenLogprob> TopLogprobs => GetList<TokenLogprob>("top_logprobs");

    /// <summary>The text of the token.</summary>
    public override string ToString() => Token ?? base.ToString();
}
