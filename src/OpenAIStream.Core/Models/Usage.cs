namespace OpenAIStream;

/// <summary>Tokens that a request used.</summary>
public sealed class Usage : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<Usage>(
        static () => new(),
        ("prompt_tokens_details", TokenDetails.Shape),
        ("completion_tokens_details", TokenDetails.Shape));

    /// <summary>Tokens of the prompt.</summary>
    public int? PromptTokens => GetInt32("prompt_tokens");

    /// <summary>Tokens generated.</summary>
    public int? CompletionTokens => GetInt32("completion_tokens");

    /// <summary>Both together.</summary>
    public int? TotalTokens => GetInt32("total_tokens");

    /// <summary>What the prompt's tokens are made of.</summary>
    public TokenDetails? PromptTokensDetails => GetModel<TokenDetails>("prompt_tokens_details");

    /// <summary>What the generated tokens are made of.</summary>
    public TokenDetails? CompletionTokensDetails => GetModel<TokenDetails>("completion_tokens_details");
}
