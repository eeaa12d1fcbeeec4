namespace OpenAIStream;

/// <summary>The tokens that an answer reports.</summary>
internal static class AnswerTokens
{
    /// <summary>Their total; 0 if the answer reports none.</summary>
    public static long Of(ModelOutput answer) => answer["usage"] is JsonModel usage
        ? usage["total_tokens"] as long? ?? ((usage["input_tokens"] as long? ?? 0) + (usage["output_tokens"] as long? ?? 0))
        : 0;
}
