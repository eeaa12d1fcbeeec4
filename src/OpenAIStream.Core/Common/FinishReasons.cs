namespace OpenAIStream;

/// <summary>The reasons for which a model stops, under the names that services have for them.</summary>
internal static class FinishReasons
{
    private static readonly HashSet<string> InOrder = new(StringComparer.OrdinalIgnoreCase)
    {
        "stop", "tool_calls", "tool_call", "function_call", "tool_use", "end_turn", "stop_sequence", "eos", "eos_token",
    };

    /// <summary>Whether an answer is whole after a reason; every other one may have cut it.</summary>
    public static bool IsInOrder(string reason) => InOrder.Contains(reason);
}
