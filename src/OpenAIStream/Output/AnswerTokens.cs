namespace OpenAIStream;

/// <summary>The tokens that an answer says it has cost.</summary>
internal static class AnswerTokens
{
    /// <summary>All of them together; 0 where the answer says none.</summary>
    public static long Of(ModelOutput answer) => answer["usage"] is JsonModel usage
        ? usage["total_tokens"] as long? ?? ((usage["input_tokens"] as long? ?? 0) + (usage["output_tokens"] as long? ?? 0))
        : 0;
}
