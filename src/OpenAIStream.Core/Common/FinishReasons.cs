namespace OpenAIStream;

/// <summary>The reasons for which a model stops, by the names that services use.</summary>
internal static class FinishReasons
{
    private static readonly HashSet<string> InOrder = new(StringComparer.OrdinalIgnoreCase)
    {
        "stop", "tool_calls", "tool_call", "function_call", "tool_use", "end_turn", "stop_sequence", "eos", "eos_token",
    };

    /// <summary>Whether an answer is complete after a reason; with any other reason it can be cut off.</summary>
    public static bool IsInOrder(string reason) => InOrder.Contains(reason);
}
