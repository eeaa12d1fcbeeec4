namespace OpenAIStream;

/// <summary>The tokens that a response used.</summary>
public sealed class ResponseUsage : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ResponseUsage>(
        static () => new(),
        ("input_tokens_details", TokenDetails.Shape),
        ("output_tokens_details", TokenDetails.Shape));

    /// <summary>The number of input tokens.</summary>
    public int? InputTokens => GetInt32("input_tokens");

    /// <summary>The number of generated tokens.</summary>
    public int? OutputTokens => GetInt32("output_tokens");

    /// <summary>The sum of both.</summary>
    public int? TotalTokens => GetInt32("total_tokens");

    /// <summary>The kinds of the input tokens.</summary>
    public TokenDetails? InputTokensDetails => GetModel<TokenDetails>("input_tokens_details");

    /// <summary>The kinds of the generated tokens.</summary>
    public TokenDetails? OutputTokensDetails => GetModel<TokenDetails>("output_tokens_details");
}
