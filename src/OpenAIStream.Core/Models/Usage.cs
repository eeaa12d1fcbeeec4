namespace OpenAIStream;

/// <summary>The tokens that a request used.</summary>
public sealed class Usage : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<Usage>(
        static () => new(),
        ("prompt_tokens_details", TokenDetails.Shape),
        ("completion_tokens_details", TokenDetails.Shape));

    /// <summary>An object whose only typed field is usage.</summary>
    internal static readonly JsonShape OwnerShape = new JsonShape<JsonMap>(static () => new(), ("usage", Shape));

    /// <summary>Prompt tokens.</summary>
    public int? PromptTokens => GetInt32("prompt_tokens");

    /// <summary>The number of generated tokens.</summary>
    public int? CompletionTokens => GetInt32("completion_tokens");

    /// <summary>The sum of both.</summary>
    public int? TotalTokens => GetInt32("total_tokens");

    /// <summary>The kinds of the prompt tokens.</summary>
    public TokenDetails? PromptTokensDetails => GetModel<TokenDetails>("prompt_tokens_details");

    /// <summary>The kinds of the generated tokens.</summary>
    public TokenDetails? CompletionTokensDetails => GetModel<TokenDetails>("completion_tokens_details");

    /// <summary>The usage of a chunk or an answer, wherever the service puts it; null if there is none.</summary>
    internal static Usage? Of(JsonModel answer) => FieldOf(answer) as Usage;

    /// <summary>The same for an object of any type.</summary>
    internal static JsonModel? FieldOf(JsonModel answer)
    {
        if (In(answer) is JsonModel told)
        {
            return told;
        }

        // Hot path: no LINQ.
        JsonModel? found = null;
        foreach (object? choice in answer.Find("choices") as object?[] ?? [])
        {
            found = (choice is JsonModel one ? In(one) : null) ?? found;
        }

        return found ?? (answer.Find("x_groq") is JsonModel groq ? In(groq) : null) ?? answer.Find("usage") as JsonModel;
    }

    private static JsonModel? In(JsonModel owner) => owner.Find("usage") is JsonModel { Fields.Length: > 0 } usage ? usage : null;
}
